//! Separates the lines behind the word from everything else that a process prints, of which it keeps the beginning.

/// What is not a line behind the word is kept up to this; what is longer is counted.
pub(super) struct Sieve {
    mark: Vec<u8>,
    most: usize,
    /// The line that is not over yet; without its middle, if it is long and not ours.
    line: Vec<u8>,
    begun: bool,
    kept: Vec<u8>,
    cut: u64,
    /// The end of what was cut: what the standard library says when it dies is the last that is said.
    end: Vec<u8>,
}

/// So many bytes of the end are kept.
const END: usize = 400;

impl Sieve {
    /// Lines that begin with `word` and a blank are told apart; of the rest `most` bytes are kept.
    pub(super) fn new(word: &str, most: usize) -> Self {
        let mark = format!("{word} ").into_bytes();
        Self { mark, most, line: Vec::new(), begun: false, kept: Vec::new(), cut: 0, end: Vec::new() }
    }

    /// Takes what came, and returns what the word announced.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            let is_whole = piece.ends_with(b"\n");
            let could_be_ours = !self.begun && is_prefix(&self.mark, &self.line);
            if is_whole && could_be_ours && self.line.len() > self.mark.len() {
                let line = String::from_utf8_lossy(&self.line[self.mark.len()..]).trim_end().to_string();
                told.push(line);
                self.line.clear();
            } else if !could_be_ours || is_whole {
                self.begun = !is_whole;
                self.pass_on();
            }
        }
        told
    }

    fn pass_on(&mut self) {
        let room = self.most.saturating_sub(self.kept.len()).min(self.line.len());
        self.kept.extend_from_slice(&self.line[..room]);
        self.cut += (self.line.len() - room) as u64;
        self.end.extend_from_slice(&self.line[room..]);
        self.end.drain(..self.end.len().saturating_sub(END));
        self.line.clear();
    }

    /// What was kept, how many bytes were not, and the last of those.
    pub(super) fn rest(mut self) -> (Vec<u8>, u64, Vec<u8>) {
        self.pass_on();
        (self.kept, self.cut, self.end)
    }
}

/// Whether the line begins with the mark, as far as it goes.
fn is_prefix(mark: &[u8], line: &[u8]) -> bool {
    mark.iter().zip(line).all(|(one, other)| one == other)
}
