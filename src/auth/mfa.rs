//! Multi-factor authentication by time-based codes (auth.md §8): pure functions over secret, code and time.
//!
//! Secrets and used steps have the reference's stored form, so that authenticator apps keep working when a database
//! changes servers: 20 bytes in base32 without padding (`users.mfasecret`), and a JSON list of the 30-second steps whose
//! codes were used (`users.mfausedtimestamps`).

use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq as _;
use totp_rs::{Algorithm, TOTP};

use crate::model::errors::{AppError, Result};

/// Seconds a code is current.
const STEP_S: u64 = 30;

/// Steps before and after the current one whose codes count too, for clocks that differ.
const WINDOW: i64 = 1;

/// Digits of a code.
const DIGITS: usize = 6;

/// Digits of the reference's emergency codes, which nobody has: well-formed, never right.
const EMERGENCY_DIGITS: usize = 8;

/// Bytes of a new secret: 32 characters in base32.
const SECRET_BYTES: usize = 20;

/// What an authenticator app needs to know; shown to the user once.
#[derive(Clone)]
pub struct Enrolment {
    /// The secret in base32, to be stored and to be typed in by hand.
    pub secret: String,
    /// `otpauth://totp/<site host>:<address>?secret=…&issuer=<site host>`.
    pub url: String,
    /// The URL as QR code: a PNG in base64.
    pub qr_code: String,
}

/// What became of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeVerdict {
    /// It is right: store these used steps before anything else, so that it works once.
    Accepted {
        /// The new value of `mfausedtimestamps`, in ascending order.
        used: Vec<i64>,
    },
    /// Another code, an old one, or one that was used before.
    Wrong,
    /// Missing or not made of 6 (or 8) digits. Clients learn from it that a code is asked for.
    Malformed,
}

/// A new secret for the account with that address on the site at that URL.
pub fn enrol(site_url: &str, address: &str) -> Result<Enrolment> {
    let secret: [u8; SECRET_BYTES] = rand::random();
    let issuer = Some(host(site_url)).filter(|host| !host.is_empty()).unwrap_or("Kollegium");
    // Apps take a colon for the end of the issuer.
    let totp = TOTP::new(
        Algorithm::SHA1,
        DIGITS,
        WINDOW as u8,
        STEP_S,
        secret.to_vec(),
        Some(issuer.to_owned()),
        address.replace(':', "_"),
    );
    let totp = totp.map_err(AppError::internal)?;
    Ok(Enrolment {
        secret: BASE32_NOPAD.encode(&secret),
        url: totp.get_url(),
        qr_code: totp.get_qr_base64().map_err(AppError::internal)?,
    })
}

/// Judges a code at a time (seconds since 1970), given the steps used before. Fails if the stored secret is none.
pub fn check(secret: &str, code: &str, now_s: i64, used: &[i64]) -> Result<CodeVerdict> {
    let code = code.trim();
    if !matches!(code.len(), DIGITS | EMERGENCY_DIGITS) || !code.bytes().all(|c| c.is_ascii_digit()) {
        return Ok(CodeVerdict::Malformed);
    }
    let key = BASE32_NOPAD.decode(secret.trim_end_matches('=').to_ascii_uppercase().as_bytes());
    let key = key.map_err(|e| AppError::internal(format!("a stored MFA secret is broken: {e}")))?;
    let totp = TOTP::new_unchecked(Algorithm::SHA1, DIGITS, WINDOW as u8, STEP_S, key, None, String::new());
    let now = now_s.div_euclid(STEP_S as i64);
    let right = |step: i64| {
        u64::try_from(step).is_ok_and(|step| totp.generate(step * STEP_S).as_bytes().ct_eq(code.as_bytes()).into())
    };
    let Some(step) = (now - WINDOW..=now + WINDOW).find(|step| !used.contains(step) && right(*step)) else {
        return Ok(CodeVerdict::Wrong);
    };
    Ok(CodeVerdict::Accepted { used: with_step(used, step, now) })
}

/// Steps that no code can come from any more are forgotten.
fn with_step(used: &[i64], step: i64, now: i64) -> Vec<i64> {
    let mut used: Vec<i64> = used.iter().copied().chain([step]).filter(|step| *step >= now - WINDOW).collect();
    used.sort_unstable();
    used.dedup();
    used
}

/// The host of a URL without port and `www.`.
fn host(url: &str) -> &str {
    let rest = url.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B: "12345678901234567890" at 59 s gives 94287082, of which six digits count.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn verdict(code: &str, now_s: i64, used: &[i64]) -> CodeVerdict {
        check(SECRET, code, now_s, used).unwrap()
    }

    fn accepted(used: &[i64]) -> CodeVerdict {
        CodeVerdict::Accepted { used: used.to_vec() }
    }

    #[test]
    fn a_code_counts_one_step_early_and_late() {
        for (now_s, wanted) in
            [(59, accepted(&[1])), (89, accepted(&[1])), (0, accepted(&[1])), (90, CodeVerdict::Wrong)]
        {
            assert_eq!(verdict("287082", now_s, &[]), wanted, "at {now_s} s");
        }
        assert_eq!(verdict(" 287082 ", 59, &[]), accepted(&[1]));
        assert_eq!(verdict("287083", 59, &[]), CodeVerdict::Wrong);
    }

    #[test]
    fn a_code_counts_once_and_old_steps_are_forgotten() {
        assert_eq!(verdict("287082", 59, &[1]), CodeVerdict::Wrong);
        assert_eq!(verdict("287082", 59, &[-7, 0]), accepted(&[0, 1]));
        assert_eq!(verdict("081804", 1_111_111_109, &[1, 37_037_037]), accepted(&[37_037_036, 37_037_037]));
    }

    #[test]
    fn only_digits_are_codes() {
        for malformed in ["", "12", "abc", "12345a", "1234567", "١٢٣", "-12345", "123456789"] {
            assert_eq!(verdict(malformed, 59, &[]), CodeVerdict::Malformed, "{malformed}");
        }
        assert_eq!(verdict("94287082", 59, &[]), CodeVerdict::Wrong);
        assert!(check("not base32!", "123456", 59, &[]).is_err());
        assert_eq!(check(&SECRET.to_lowercase(), "287082", 59, &[]).unwrap(), accepted(&[1]));
    }

    #[test]
    fn an_enrolment_works() {
        let made = enrol("https://www.chat.example.org:8443/team", "a+b@example.com").unwrap();
        assert_eq!(made.secret.len(), 32);
        assert_eq!(
            made.url,
            format!(
                "otpauth://totp/chat.example.org:a%2Bb%40example.com?secret={}&issuer=chat.example.org",
                made.secret
            )
        );
        let png = data_encoding::BASE64.decode(made.qr_code.as_bytes()).unwrap();
        let picture = image::load_from_memory(&png).unwrap();
        assert!((200..700).contains(&picture.width()));
        let totp = TOTP::from_url(&made.url).unwrap();
        assert_eq!(
            check(&made.secret, &totp.generate(1_800_000_000), 1_800_000_000, &[]).unwrap(),
            accepted(&[60_000_000])
        );
        assert_ne!(made.secret, enrol("", "a@b").unwrap().secret);
        assert!(enrol("", "a:b@c").unwrap().url.starts_with("otpauth://totp/Kollegium:a_b%40c?"));
    }
}
