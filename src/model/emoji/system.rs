//! The names of the emoji that every client brings along.
//!
//! `names.txt` has one name a line, those of the emoji-datasource package (version 6.1, Unicode 13) with the aliases of
//! gemoji 4, which together are the official clients' set. A second word says which skin tones the name is had in:
//! `one`, `two` (a tone for each of two people) or `mixed` (one tone, or two different ones).

use std::collections::HashMap;
use std::sync::LazyLock;

/// How a name goes on when the emoji has a skin tone, and how that ends.
const TONES: [&str; 5] = ["_light", "_medium_light", "_medium", "_medium_dark", "_dark"];
const TONE_END: &str = "_skin_tone";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tones {
    None,
    One,
    Two,
    Mixed,
}

static NAMES: LazyLock<HashMap<&'static str, Tones>> = LazyLock::new(|| {
    let tones = |word: Option<&str>| match word {
        Some("one") => Tones::One,
        Some("two") => Tones::Two,
        Some("mixed") => Tones::Mixed,
        _ => Tones::None,
    };
    let entry = |line: &'static str| {
        let mut words = line.split(' ');
        Some((words.next()?, tones(words.next())))
    };
    include_str!("names.txt").lines().filter_map(entry).collect()
});

/// Whether clients have an emoji of that name, given without colons: `smile`, `+1`, `wave_dark_skin_tone`.
pub fn is_system(name: &str) -> bool {
    let has = |base: &str, wanted: &[Tones]| NAMES.get(base).is_some_and(|tones| wanted.contains(tones));
    if NAMES.contains_key(name) {
        return true;
    }
    toned(name).any(|(base, last)| {
        has(base, &[Tones::One, Tones::Mixed])
            || toned(base)
                .any(|(base, first)| has(base, &[Tones::Two]) || (first != last && has(base, &[Tones::Mixed])))
    })
}

/// The ways to read a name as one with a skin tone behind it: what stands before, and the tone.
fn toned(name: &str) -> impl Iterator<Item = (&str, &'static str)> {
    let rest = name.strip_suffix(TONE_END).unwrap_or_default();
    TONES.into_iter().filter_map(move |tone| Some((rest.strip_suffix(tone)?, tone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_kinds() {
        for name in ["smile", "+1", "thumbsup", "100", "flag-de", "de", "doctor", "mattermost", "skin-tone-2"] {
            assert!(is_system(name), "{name}");
        }
        for name in ["", "smiley_face_of_mine", "Smile", ":smile:", "smile one", "_light_skin_tone"] {
            assert!(!is_system(name), "{name}");
        }
    }

    #[test]
    fn skin_tones() {
        for name in [
            "+1_dark_skin_tone",
            "wave_medium_light_skin_tone",
            "couple_dark_skin_tone",
            "couple_dark_skin_tone_light_skin_tone",
            "people_holding_hands_dark_skin_tone_dark_skin_tone",
        ] {
            assert!(is_system(name), "{name}");
        }
        for name in [
            "smile_dark_skin_tone",
            "wave_dark_skin_tone_light_skin_tone",
            "couple_dark_skin_tone_dark_skin_tone",
            "people_holding_hands_dark_skin_tone",
            "wave_green_skin_tone",
        ] {
            assert!(!is_system(name), "{name}");
        }
    }

    #[test]
    fn the_set_has_the_size_of_the_clients() {
        let names = |tones: &Tones| match tones {
            Tones::None => 1,
            Tones::One => 6,
            Tones::Two => 26,
            Tones::Mixed => 26,
        };
        assert_eq!(NAMES.values().map(names).sum::<usize>(), 4502);
    }
}
