//! The hash by which the page's security policy knows the page's own script.

use async_kata::scenarios::fingerprint;

/// SHA-256, spelled in base64, as a content security policy wants it.
pub(super) fn sha256_base64(script: &str) -> String {
    let hex = fingerprint(script);
    let byte =
        |at: usize| hex.get(2 * at..2 * at + 2).and_then(|two| u8::from_str_radix(two, 16).ok()).unwrap_or_default();
    let bytes: Vec<u8> = (0..hex.len() / 2).map(byte).collect();
    base64(&bytes)
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = chunk.iter().chain([&0, &0]).take(3).fold(0u32, |all, byte| all << 8 | u32::from(*byte));
        for nth in 0..4 {
            let six = (three >> (18 - 6 * nth) & 63) as usize;
            text.push(if nth <= chunk.len() { char::from(ALPHABET[six]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4648, and of the Content Security Policy recommendation.
    #[test]
    fn it_is_what_a_browser_computes() {
        let known = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in known {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(sha256_base64("alert('Hello, world.');"), "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }
}
