//! Names of channels in addresses, and those that are made from the people in a conversation.

use sha1::{Digest, Sha1};

use super::ChannelType;
use crate::model::id::{ID_LEN, Id};
use crate::model::text::cut_bytes;

/// How many people a group message has, oneself included.
pub const GROUP_SIZE: std::ops::RangeInclusive<usize> = 3..=8;

/// Between the two identifiers in the name of a direct message.
const SEPARATOR: &str = "__";

/// Whether that is a channel's name: 1 to 64 of `a-z0-9-_`, a letter or digit first.
pub fn is_valid_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let allowed = |byte: u8| letter(byte) || matches!(byte, b'-' | b'_');
    name.len() <= 64 && name.bytes().next().is_some_and(letter) && name.bytes().all(allowed)
}

/// Whether a channel of that kind may have that name: the forms of conversations are theirs alone.
pub(super) fn fits_type(name: &str, kind: ChannelType) -> bool {
    let is_digest = name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    (direct_members(name).is_none() || kind == ChannelType::Direct) && (!is_digest || kind == ChannelType::Group)
}

/// Name of the direct message between two people: both identifiers in order.
pub fn direct_name(one: Id, other: Id) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    format!("{first}{SEPARATOR}{second}")
}

/// The two people of a direct message by its name.
pub fn direct_members(name: &str) -> Option<(Id, Id)> {
    let (first, rest) = name.split_at_checked(ID_LEN)?;
    Some((Id::parse(first)?, Id::parse(rest.strip_prefix(SEPARATOR)?)?))
}

/// Name of the group message of those people: SHA-1 of their identifiers in order, in hexadecimal.
pub fn group_name(members: &[Id]) -> String {
    let mut sorted = members.to_vec();
    sorted.sort_unstable();
    let digest = sorted.iter().fold(Sha1::new(), |digest, id| digest.chain_update(id.as_str())).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Display name of a group message: the usernames in order, cut at 64 bytes.
pub fn group_display_name(usernames: &[&str]) -> String {
    let mut sorted = usernames.to_vec();
    sorted.sort_unstable();
    cut_bytes(&sorted.join(", "), 64).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_names_are_the_same_from_both_sides() {
        let (one, other) = (Id::random(), Id::random());
        let name = direct_name(one, other);
        assert_eq!(name, direct_name(other, one));
        let (first, second) = direct_members(&name).unwrap();
        assert!(first <= second);
        assert_eq!(direct_members("town-square"), None);
    }

    #[test]
    fn group_names_do_not_depend_on_order() {
        let ids = [Id::random(), Id::random(), Id::random()];
        let reversed: Vec<Id> = ids.iter().rev().copied().collect();
        assert_eq!(group_name(&ids), group_name(&reversed));
        assert_eq!(group_name(&ids).len(), 40);
        assert_eq!(group_name(&[]), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    #[test]
    fn long_display_names_are_cut() {
        let name = "n".repeat(30);
        assert_eq!(group_display_name(&[&name, &name, &name]).len(), 64);
    }
}
