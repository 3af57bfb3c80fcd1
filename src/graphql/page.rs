//! Pages of Relay connections, by key and never by offset: page 1 and page 20,000 cost the same.

use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, Edge, EmptyFields},
};

use crate::{
    error::{Error, Result},
    journal::{CursorKey, Place, Seq},
};

/// The most items of a page.
const MAX: i32 = 100;
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

/// Which list a cursor belongs to; a cursor of one list is refused by another.
#[derive(Clone, Copy, Debug)]
pub enum PageCursor {
    /// Messages of a conversation, by place.
    Messages,
    /// Conversations, by newest activity.
    Conversations,
    /// Any other list, by a whole number of its own.
    Other(&'static [u8; 8]),
}

impl PageCursor {
    fn mark(self) -> [u8; 8] {
        match self {
            Self::Messages => *b"messages",
            Self::Conversations => *b"convlist",
            Self::Other(mark) => *mark,
        }
    }

    /// The cursor of an item.
    pub fn seal(self, key: &CursorKey, item: i64) -> String {
        key.seal(Place { seq: Seq(item), mark: self.mark() })
    }

    fn open(self, key: &CursorKey, text: &str) -> Result<i64> {
        let place = key.open(text)?;
        (place.mark == self.mark()).then_some(place.seq.0).ok_or_else(|| {
            Error::bad_input("This cursor belongs to another list. Use the cursor of an item of this one.")
        })
    }
}

/// One page to read: at most `size` items strictly between the two keys, from the start or from the end.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Only items whose key is greater.
    pub after: Option<i64>,
    /// Only items whose key is smaller.
    pub before: Option<i64>,
    /// How many.
    pub size: u64,
    /// Whether the page is the end of the range.
    pub from_end: bool,
}

impl Page {
    /// Checks the arguments.
    ///
    /// # Errors
    /// BAD_USER_INPUT when both ends are asked for, a size is out of range or a cursor is not of this list.
    pub fn try_new(key: &CursorKey, list: PageCursor, args: &PageArgs) -> Result<Self> {
        let (size, from_end) = match (args.first, args.last) {
            (Some(_), Some(_)) => return Err(Error::bad_input("Give either \"first\" or \"last\", not both.")),
            (None, Some(last)) => (last, true),
            (first, None) => (first.unwrap_or(DEFAULT), args.before.is_some() && first.is_none()),
        };
        if !(1..=MAX).contains(&size) {
            return Err(Error::bad_input(format!("A page has 1 to {MAX} items; you asked for {size}.")));
        }
        let open = |text: &Option<String>| text.as_deref().map(|text| list.open(key, text)).transpose();
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
        cursor: impl Fn(&T) -> String,
        node: impl Fn(T) -> N,
    ) -> Connection<String, N, F, EmptyFields> {
        let (rows, has_previous, has_next) = self.cut(rows);
        let mut connection = Connection::with_additional_fields(has_previous, has_next, extra);
        connection.edges.extend(rows.into_iter().map(|row| Edge::new(cursor(&row), node(row))));
        connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(first: Option<i32>, last: Option<i32>) -> Result<Page> {
        Page::try_new(&CursorKey::new(&[7; 32]), PageCursor::Messages, &PageArgs { first, last, ..PageArgs::default() })
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
        let after = Some(PageCursor::Conversations.seal(&key, 5));
        assert!(Page::try_new(&key, PageCursor::Messages, &PageArgs { after, ..PageArgs::default() }).is_err());
    }
}
