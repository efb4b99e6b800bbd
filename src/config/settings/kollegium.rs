//! What Kollegium can do beyond the reference.

section! {
    /// `KollegiumSettings`: set in the file or the environment only. `GET /config` does not show them, because the
    /// official System Console knows nothing of them.
    pub struct KollegiumSettings {
        /// Folder with the official web client, unpacked; empty for none.
        client_directory:     String, "ClientDirectory"    = "";      "-"
        /// Iterations of PBKDF2 in new password hashes; the reference's number. Fewer only for tests.
        password_work_factor: i64,    "PasswordWorkFactor" = 600_000; "-"
    }
}
