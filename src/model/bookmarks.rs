//! Bookmarks of channels (posts-and-limits.md §14).

use serde::{Deserialize, Serialize};

use super::errors::{Result, bookmarks as codes};
use super::files::FileInfo;
use super::id::Id;
use super::text::{runes, strip_invisible};
use super::time::TimeMs;

/// The most living bookmarks of a channel (posts-and-limits.md §14).
pub const MAX_PER_CHANNEL: i64 = 50;
/// Most code points of a name.
const NAME_RUNES: usize = 64;
/// Most code points of an address.
const ADDRESS_RUNES: usize = 1024;

/// [`Bookmark::type`] of an address.
pub const LINK: &str = "link";
/// [`Bookmark::type`] of a file.
pub const FILE: &str = "file";
/// Whom files belong to that are uploaded for bookmarks.
pub const FILE_OWNER: &str = "bookmark";

/// A link or a file at the top of a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bookmark {
    /// Identifier.
    pub id: Id,
    /// When it was made.
    pub create_at: TimeMs,
    /// When it last changed.
    pub update_at: TimeMs,
    /// When it was deleted.
    pub delete_at: TimeMs,
    /// Channel.
    pub channel_id: Id,
    /// Who made it, or edited it last.
    pub owner_id: Id,
    /// File, `""` for links.
    pub file_id: Id,
    /// 1 to 64 characters.
    pub display_name: String,
    /// Place among the others.
    pub sort_order: i64,
    /// Address; left out for files.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub link_url: String,
    /// Picture; left out without.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image_url: String,
    /// Emoji; left out without.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub emoji: String,
    /// `link` or `file`.
    pub r#type: String,
    /// The bookmark that this one replaced; left out without.
    #[serde(skip_serializing_if = "Id::is_none")]
    pub original_id: Id,
    /// Left out: bookmarks have no folders.
    #[serde(skip_serializing_if = "Id::is_none")]
    pub parent_id: Id,
    /// The file; left out for links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileInfo>,
}

impl Bookmark {
    /// A bookmark as somebody asks for it, not yet placed among the others.
    pub fn new(input: BookmarkInput, channel: Id, owner: Id, at: TimeMs) -> Bookmark {
        Bookmark {
            id: Id::random(),
            create_at: at,
            update_at: at,
            channel_id: channel,
            owner_id: owner,
            file_id: Id::parse(&input.file_id).unwrap_or_default(),
            display_name: strip_invisible(&input.display_name),
            sort_order: input.sort_order,
            link_url: input.link_url,
            image_url: input.image_url,
            emoji: input.emoji,
            r#type: input.r#type,
            ..Bookmark::default()
        }
    }

    /// The bookmark with what is given replaced.
    pub fn patched(&self, patch: BookmarkPatch, at: TimeMs) -> Bookmark {
        let file_id = patch.file_id.map(|text| Id::parse(&text).unwrap_or_default());
        Bookmark {
            update_at: at,
            file_id: file_id.unwrap_or(self.file_id),
            display_name: strip_invisible(patch.display_name.as_ref().unwrap_or(&self.display_name)),
            sort_order: patch.sort_order.unwrap_or(self.sort_order),
            link_url: patch.link_url.unwrap_or_else(|| self.link_url.clone()),
            image_url: patch.image_url.unwrap_or_else(|| self.image_url.clone()),
            emoji: patch.emoji.unwrap_or_else(|| self.emoji.clone()),
            ..self.clone()
        }
    }

    /// The bookmark that takes the place of this one when somebody else than its owner changes it.
    pub fn taken_over(self, owner: Id, at: TimeMs) -> Bookmark {
        Bookmark { id: Id::random(), original_id: self.id, owner_id: owner, create_at: at, update_at: at, ..self }
    }

    /// Checks what can be checked without looking anything up.
    pub fn validate(&self) -> Result<()> {
        let link = self.r#type == LINK;
        let long = |text: &str| runes(text) > ADDRESS_RUNES;
        match () {
            () if !link && self.r#type != FILE => codes::TYPE.err(),
            () if self.display_name.trim().is_empty() => codes::NAME.err(),
            () if runes(&self.display_name) > NAME_RUNES => codes::NAME.err(),
            () if link && (long(&self.link_url) || !is_web_address(&self.link_url)) => codes::LINK.err(),
            () if link && !self.image_url.is_empty() && (long(&self.image_url) || !is_web_address(&self.image_url)) => {
                codes::IMAGE.err()
            }
            () if !link && self.file_id.is_none() => codes::FILE_ID.err(),
            () if !self.image_url.is_empty() && !self.file_id.is_none() => codes::LINK_AND_FILE.err(),
            () => Ok(()),
        }
    }
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// What a client sends to make one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Bookmark")]
pub struct BookmarkInput {
    pub file_id: String,
    pub display_name: String,
    pub sort_order: i64,
    pub link_url: String,
    pub image_url: String,
    pub emoji: String,
    pub r#type: String,
}

/// What a client sends to change one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Bookmark")]
pub struct BookmarkPatch {
    pub file_id: Option<String>,
    pub display_name: Option<String>,
    pub sort_order: Option<i64>,
    pub link_url: Option<String>,
    pub image_url: Option<String>,
    pub emoji: Option<String>,
}

/// What came of changing a bookmark.
#[derive(Debug, Clone, Serialize)]
pub struct BookmarkChanged {
    /// The bookmark as it is now.
    pub updated: Bookmark,
    /// The one whose place it took; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Bookmark>,
}

/// A new place among the bookmarks of a channel, counted from 0: the body is a bare number.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct SortOrder(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    fn link(address: &str) -> Bookmark {
        let input = BookmarkInput {
            display_name: "Rules".into(),
            link_url: address.into(),
            r#type: LINK.into(),
            ..BookmarkInput::default()
        };
        Bookmark::new(input, Id::random(), Id::random(), 7)
    }

    #[test]
    fn addresses_are_of_the_web() {
        assert!(link("https://example.org/rules?x=1").validate().is_ok());
        for wrong in ["", "example.org", "ftp://example.org", "javascript:alert(1)", "http://"] {
            assert!(link(wrong).validate().unwrap_err().is(codes::LINK), "{wrong}");
        }
        let unnamed = Bookmark { display_name: " ".into(), ..link("https://example.org") };
        assert!(unnamed.validate().unwrap_err().is(codes::NAME));
        let file = Bookmark { r#type: FILE.into(), ..link("") };
        assert!(file.validate().unwrap_err().is(codes::FILE_ID));
    }

    #[test]
    fn whoever_changes_the_bookmark_of_another_makes_it_theirs() {
        let (old, me) = (link("https://example.org"), Id::random());
        let new = old.patched(BookmarkPatch { emoji: Some(":x:".into()), ..BookmarkPatch::default() }, 8);
        assert_eq!((new.update_at, new.emoji.as_str(), &new.link_url), (8, ":x:", &old.link_url));
        let taken = new.taken_over(me, 9);
        assert_eq!((taken.original_id, taken.owner_id, taken.create_at), (old.id, me, 9));
        let json = serde_json::to_value(BookmarkChanged { updated: taken, deleted: None }).unwrap();
        assert!(json.get("deleted").is_none() && json["updated"].get("image_url").is_none());
    }
}
