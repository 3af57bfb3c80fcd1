//! What one listener heard, message by message.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::tally::Tally;

/// A listener's record. Clones are of the same.
#[derive(Clone)]
pub struct Ear(Arc<Mutex<Heard>>);

/// What was heard.
pub struct Heard {
    /// The conversations it should hear of.
    conversations: Vec<u32>,
    /// Which messages came, a bit for each number.
    messages: Vec<u64>,
    doubled: u64,
    foreign: u64,
    /// Up to where it was told, to resume there.
    pub cursor: String,
    /// Why its socket is no longer open.
    pub broken: Option<String>,
}

impl Ear {
    /// For somebody who takes part in these conversations.
    pub fn new(conversations: Vec<u32>) -> Self {
        Self(Arc::new(Mutex::new(Heard {
            conversations,
            messages: Vec::new(),
            doubled: 0,
            foreign: 0,
            cursor: String::new(),
            broken: None,
        })))
    }

    pub fn record(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap()
    }

    /// Takes in a message, by its text.
    pub fn hear(&self, text: &str, tally: &Tally) {
        let mark = Mark::read(text).unwrap_or_else(|| panic!("not a message of this run: {text}"));
        let mut heard = self.record();
        if !heard.conversations.contains(&mark.conversation) {
            heard.foreign += 1;
        }
        if heard.is_known(mark.number) {
            heard.doubled += 1;
        } else {
            heard.note(mark.number);
            tally.heard(mark.began);
        }
    }
}

impl Heard {
    fn is_known(&self, number: u64) -> bool {
        self.messages.get(index(number)).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    fn note(&mut self, number: u64) {
        let index = index(number);
        if self.messages.len() <= index {
            self.messages.resize(index + 1, 0);
        }
        self.messages[index] |= 1 << (number % 64);
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number / 64).unwrap()
}

/// What stands in the text of each message, by which it is known again.
pub struct Mark {
    /// Among all messages of the run.
    pub number: u64,
    /// Where it was sent.
    pub conversation: u32,
    /// When it was to be sent.
    pub began: u64,
}

impl Mark {
    /// A message of ordinary length with this mark.
    pub fn text(&self) -> String {
        let Self { number, conversation, began } = self;
        format!("#{number}/{conversation}@{began} The pressure was 128 over 82 this morning, and the pulse 72.")
    }

    fn read(text: &str) -> Option<Self> {
        let (mark, _) = text.strip_prefix('#')?.split_once(' ')?;
        let (number, rest) = mark.split_once('/')?;
        let (conversation, began) = rest.split_once('@')?;
        Some(Self {
            number: number.parse().ok()?,
            conversation: conversation.parse().ok()?,
            began: began.parse().ok()?,
        })
    }
}

/// What was wrong with the deliveries of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Acknowledged, and not heard by somebody who should have.
    pub lost: u64,
    /// Heard again.
    pub doubled: u64,
    /// Heard by somebody who does not take part.
    pub foreign: u64,
    /// Sockets that broke.
    pub broken: u64,
}

/// Compares what was acknowledged with what each listener heard.
pub fn check(ears: &[Ear], tally: &Tally) -> Faults {
    let (mut faults, counts) = (Faults::default(), tally.counts());
    for ear in ears {
        let heard = ear.record();
        faults.doubled += heard.doubled;
        faults.foreign += heard.foreign;
        faults.broken += u64::from(heard.broken.is_some());
        let expected = heard.conversations.iter().filter_map(|id| counts.acknowledged.get(id)).flatten();
        faults.lost += expected.filter(|number| !heard.is_known(**number)).count() as u64;
    }
    faults
}
