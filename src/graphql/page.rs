//! Pages of Relay connections, by key and never by offset: page 1 and page 20,000 cost the same.

use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, CursorType, Edge, EmptyFields},
};

use sea_orm::prelude::Uuid;

use crate::{
    error::{Error, Result},
    journal::CursorKey,
};

/// The most items of a page.
pub const LARGEST_PAGE: i32 = 100;
/// The items of a page when the client does not say.
const DEFAULT: i32 = 50;

/// The arguments of a connection (Relay Cursor Connections, <https://relay.dev/graphql/connections.htm>).
#[derive(Debug, Default)]
pub struct PageArgs {
    /// Items from the start, 1 to 100.
    pub first: Option<i32>,
    /// Only items after this one.
    pub after: Option<String>,
    /// Items from the end, 1 to 100.
    pub last: Option<i32>,
    /// Only items before this one.
    pub before: Option<String>,
}

/// What the items of a list are ordered by; unique in the list.
pub trait PageKey: Copy {
    /// As bytes inside a cursor.
    fn bytes(self) -> Vec<u8>;
    /// From the bytes inside a cursor.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl PageKey for i64 {
    fn bytes(self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_be_bytes)
    }
}

impl PageKey for Uuid {
    fn bytes(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Self::from_slice(bytes).ok()
    }
}

/// Which list a cursor belongs to; a cursor of one list is refused by another.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum List {
    /// Messages of a conversation, by place.
    Messages = 1,
    /// The viewer's conversations, by newest activity.
    Conversations,
    /// People of a conversation, by id.
    Participants,
    /// Earlier texts of a message, by version.
    Versions,
    /// Invitations, by id.
    Invitations,
    /// People, by name.
    People,
    /// The viewer's contacts, by id.
    Contacts,
    /// Whom the viewer blocks, by id.
    Blocks,
    /// Accounts of programs, by id.
    ServiceAccounts,
    /// Messages that were searched, by place.
    Search,
    /// The viewer's notifications, by place.
    Notifications,
}

/// The cursor of an item, sealed only when it is asked for.
pub struct Cursor {
    cursors: CursorKey,
    plain: Vec<u8>,
}

impl CursorType for Cursor {
    type Error = &'static str;

    fn decode_cursor(_: &str) -> Result<Self, Self::Error> {
        Err("a cursor is read by the list it belongs to, see List::open")
    }

    fn encode_cursor(&self) -> String {
        self.cursors.seal_bytes(&self.plain)
    }
}

impl List {
    /// The cursor of an item.
    pub fn cursor(self, cursors: &CursorKey, key: impl PageKey) -> Cursor {
        let mut plain = vec![self as u8];
        plain.extend(key.bytes());
        Cursor { cursors: cursors.clone(), plain }
    }

    /// The text of the cursor of an item.
    pub fn seal(self, cursors: &CursorKey, key: impl PageKey) -> String {
        self.cursor(cursors, key).encode_cursor()
    }

    /// The key of the item a cursor names.
    ///
    /// # Errors
    /// BAD_USER_INPUT when it was not sealed here, or for another list.
    pub fn open<K: PageKey>(self, cursors: &CursorKey, text: &str) -> Result<K> {
        let plain = cursors.open_bytes(text)?;
        let key = plain.split_first().filter(|(list, _)| **list == self as u8).and_then(|(_, key)| K::read(key));
        key.ok_or_else(|| {
            Error::bad_input("This cursor belongs to another list. Use the cursor of an item of this one.")
        })
    }
}

/// One page to read: at most `size` items strictly between the two keys, from the start or from the end.
#[derive(Clone, Copy, Debug)]
pub struct Page<K> {
    /// Only items after the one with this key.
    pub after: Option<K>,
    /// Only items before the one with this key.
    pub before: Option<K>,
    /// How many.
    pub size: u64,
    /// Whether the page is the end of the range.
    pub from_end: bool,
}

impl<K: PageKey> Page<K> {
    /// Checks the arguments.
    ///
    /// # Errors
    /// BAD_USER_INPUT when both ends are asked for, a size is out of range or a cursor is not of this list.
    pub fn try_new(cursors: &CursorKey, list: List, args: &PageArgs) -> Result<Self> {
        let (size, from_end) = match (args.first, args.last) {
            (Some(_), Some(_)) => return Err(Error::bad_input("Give either \"first\" or \"last\", not both.")),
            (None, Some(last)) => (last, true),
            (first, None) => (first.unwrap_or(DEFAULT), args.before.is_some() && first.is_none()),
        };
        if !(1..=LARGEST_PAGE).contains(&size) {
            return Err(Error::bad_input(format!("A page has 1 to {LARGEST_PAGE} items; you asked for {size}.")));
        }
        let open = |text: &Option<String>| text.as_deref().map(|text| list.open(cursors, text)).transpose();
        Ok(Self {
            after: open(&args.after)?,
            before: open(&args.before)?,
            size: u64::from(size.unsigned_abs()),
            from_end,
        })
    }

    /// How many rows to read: one more than asked for tells whether there are others.
    pub fn limit(&self) -> u64 {
        self.size + 1
    }

    /// Cuts rows read in page order (from the page's own end) to the page, in the order of the list, and tells
    /// whether there are items before and after it.
    pub fn cut<T>(&self, mut rows: Vec<T>) -> (Vec<T>, bool, bool) {
        let more = rows.len() as u64 > self.size;
        rows.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        if self.from_end {
            rows.reverse();
            (rows, more, self.before.is_some())
        } else {
            (rows, self.after.is_some(), more)
        }
    }

    /// Makes the connection of rows read in page order.
    pub fn connect<T, N: OutputType, F: ObjectType>(
        &self,
        rows: Vec<T>,
        extra: F,
        cursor: impl Fn(&T) -> Cursor,
        node: impl Fn(T) -> N,
    ) -> Connection<Cursor, N, F, EmptyFields> {
        let (rows, has_previous, has_next) = self.cut(rows);
        let mut connection = Connection::with_additional_fields(has_previous, has_next, extra);
        connection.edges.extend(rows.into_iter().map(|row| Edge::new(cursor(&row), node(row))));
        connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(first: Option<i32>, last: Option<i32>) -> Result<Page<i64>> {
        Page::try_new(&CursorKey::new(&[7; 32]), List::Messages, &PageArgs { first, last, ..PageArgs::default() })
    }

    #[test]
    fn a_size_out_of_range_is_refused_not_cut() {
        assert!(
            page(Some(0), None).is_err()
                && page(Some(101), None).is_err()
                && page(None, Some(-1)).is_err()
                && page(Some(1), Some(1)).is_err()
        );
        assert_eq!((page(None, None).unwrap().size, page(Some(100), None).unwrap().size), (50, 100));
    }

    #[test]
    fn the_last_items_come_in_the_order_of_the_list() {
        let (rows, before, after) = page(None, Some(2)).unwrap().cut(vec![9, 8, 7]);
        assert_eq!((rows, before, after), (vec![8, 9], true, false));
        let (rows, before, after) = page(Some(2), None).unwrap().cut(vec![1, 2]);
        assert_eq!((rows, before, after), (vec![1, 2], false, false));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let key = CursorKey::new(&[7; 32]);
        let after = Some(List::Conversations.seal(&key, 5i64));
        assert!(Page::<i64>::try_new(&key, List::Messages, &PageArgs { after, ..PageArgs::default() }).is_err());
    }
}
