//! What is found where, told by examples and held against a slower way.

use proptest::prelude::*;

use super::*;

/// What is highlighted of a text; none when the words are not all in it.
fn marked(query: &str, text: &str) -> Option<Vec<String>> {
    let pattern = Pattern::parse(query).unwrap();
    let chars: Vec<char> = text.chars().collect();
    let piece = |place: Range<usize>| chars[place].iter().collect();
    pattern.is_in([text]).then(|| pattern.highlights(text).into_iter().map(piece).collect())
}

#[test]
fn words_and_their_beginnings_are_found_in_any_case_with_any_accents() {
    for (query, text, found) in [
        ("ines", "Inês is here", vec!["Inês"]),
        ("INÊS", "Ine\u{302}s is here", vec!["Ine\u{302}s"]),
        ("strasse", "in der Straße 5", vec!["Straße"]),
        ("stra", "in der STRASSE 5", vec!["STRASSE"]),
        ("pain", "Pain, painful, campaign", vec!["Pain", "painful"]),
        ("here is", "Is Inês here?", vec!["Is", "here"]),
        ("hopital", "à l’hôpital", vec!["hôpital"]),
        ("l'hopital", "à l’hôpital", vec!["l’hôpital"]),
        ("obrien", "Mrs O'Brien's plan", vec!["O'Brien"]),
        ("o'brien", "Mrs Obrien", vec!["Obrien"]),
        ("dont", "I don't", vec!["don't"]),
        ("pdf", "see plan.pdf", vec!["pdf"]),
        ("please", "fever.Please come", vec!["Please"]),
        ("2.5", "2.5mg, not 5 of 2", vec!["2.5mg"]),
        ("πονος", "Ο πόνος πέρασε", vec!["πόνος"]),
        ("πόν", "ΠΟΝΟΣ", vec!["ΠΟΝΟΣ"]),
        ("محمد", "مرحبا مُحَمَّد", vec!["مُحَمَّد"]),
        ("头痛", "今天头痛，痛在头上", vec!["头痛"]),
        ("ОЛЬГА", "Это Ольга", vec!["Ольга"]),
        ("елка", "ёлка", vec!["ёлка"]),
        ("שלום", "שָׁלוֹם רב", vec!["שָׁלוֹם"]),
        ("한국", "한국어", vec!["한국어"]),
        ("दवा", "यह दवा है", vec!["दवा"]),
        ("ยา", "กินยา", vec!["ยา"]),
        ("カル", "カルテを見る", vec!["カルテ"]),
        ("pain", "😀👨‍👩‍👧 pain 😀", vec!["pain"]),
        ("two two", "two", vec!["two"]),
    ] {
        let found: Vec<String> = found.into_iter().map(Into::into).collect();
        assert_eq!(marked(query, text), Some(found), "{query} in {text}");
    }
    for (query, text) in [
        ("ain", "pain"),
        ("pains", "pain"),
        ("pain fever", "pain"),
        ("35", "3.5"),
        ("3.5", "35 or 5.3"),
        ("头痛", "痛在头上"),
        // Both would be "tou", "sayf", "oros".
        ("头", "投"),
        ("سيف", "صيف"),
        ("όρος", "ωρος"),
        // Another vowel.
        ("दवा", "दवे"),
        ("عمر", "مر"),
        ("a", ""),
    ] {
        assert_eq!(marked(query, text), None, "{query} in {text}");
    }
}

#[test]
fn words_may_be_in_different_texts() {
    let pattern = Pattern::parse("plan blood").unwrap();
    assert!(pattern.is_in(["Here is the plan", "blood_test.pdf"]));
    assert!(!pattern.is_in(["Here is the plan", "urine.pdf"]));
    assert_eq!(pattern.highlights("Here is the plan"), vec![12..16]);
}

#[test]
fn what_has_no_word_or_too_many_is_refused() {
    for query in ["", "  ", "?!", "👍", &"x".repeat(201), "a b c d e f g h i j k"] {
        assert!(matches!(Pattern::parse(query), Err(Error::BadUserInput(_))), "{query}");
    }
    assert!(Pattern::parse(&"x".repeat(200)).is_ok() && Pattern::parse("a b c d e f g h i j").is_ok());
    assert!(Pattern::parse("病人今天头痛发烧咳嗽不舒服").is_ok(), "what stands together is one");
}

/// The same by trying every word of the text against every word of the query, for texts made of plain words.
fn naive(query: &[String], text: &[(String, String)]) -> (bool, Vec<Range<usize>>) {
    let folds = [("á", "a"), ("A", "a"), ("ß", "ss"), ("ø", "o"), ("e\u{301}", "e"), ("Π", "π")];
    let plain = |word: &str| folds.iter().fold(word.to_owned(), |word, (letter, plain)| word.replace(letter, plain));
    let (mut at, mut places, mut seen) = (0, Vec::new(), vec![false; query.len()]);
    for (word, after) in text {
        let length = word.chars().count();
        let mut is_hit = false;
        for (n, wanted) in query.iter().enumerate() {
            if plain(word).starts_with(&plain(wanted)) {
                (is_hit, seen[n]) = (true, true);
            }
        }
        if is_hit {
            places.push(at..at + length);
        }
        at += length + after.chars().count();
    }
    (seen.into_iter().all(|seen| seen), places)
}

/// Short words of few letters, so that many are alike.
fn word() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        proptest::sample::select(vec!["a", "á", "A", "b", "ß", "ø", "e\u{301}", "π", "я", "7"]),
        1..4,
    )
    .prop_map(|letters| letters.concat())
}

fn between() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![" ", ", ", " 😀 ", "\n", " — ", "! 👨‍👩‍👧 ", "/"]).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn plain_words_are_found_as_the_slow_way_finds_them(
        query in proptest::collection::vec(word(), 1..4),
        text in proptest::collection::vec((word(), between()), 0..8),
    ) {
        let whole: String = text.iter().flat_map(|(word, after)| [word.as_str(), after.as_str()]).collect();
        let pattern = Pattern::parse(&query.join(" ")).unwrap();
        prop_assert_eq!((pattern.is_in([whole.as_str()]), pattern.highlights(&whole)), naive(&query, &text));
    }

    #[test]
    fn in_any_text_every_word_finds_itself_and_places_are_in_order(text in "\\PC{0,60}", other in "\\PC{1,12}") {
        let length = text.chars().count();
        let chars: Vec<char> = text.chars().collect();
        let tokens = tokens(&text);
        for query in text.split_whitespace().chain([other.as_str()]) {
            let Ok(pattern) = Pattern::parse(query) else { continue };
            if query != other {
                prop_assert!(pattern.is_in([text.as_str()]), "{query:?} in {text:?}");
            }
            let places = pattern.highlights(&text);
            prop_assert!(places.iter().all(|place| place.start < place.end && place.end <= length));
            prop_assert!(places.windows(2).all(|two| two[0].end < two[1].start), "{places:?}");
            // The quick look at the whole text never hides anything.
            let by_tokens = pattern.0.iter().all(|term| (0..tokens.len()).any(|from| term.length_at(&tokens[from..]).is_some()));
            prop_assert_eq!(pattern.is_in([text.as_str()]), by_tokens);
            prop_assert_eq!(pattern.0.iter().any(|term| (0..tokens.len()).any(|from| term.length_at(&tokens[from..]).is_some())), !places.is_empty());
            // What is highlighted begins with one of the words.
            for place in places {
                let piece = folded(&chars[place].iter().collect::<String>());
                prop_assert!(pattern.0.iter().any(|term| piece.starts_with(&term.whole)), "{query:?} in {text:?}: {piece}");
            }
        }
    }
}
