//! Where an HTTP/1.1 message ends: [`Reader`] takes whole messages from a connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// A head larger than this, in bytes, is nobody's.
const LARGEST_HEAD: usize = 256 * 1024;

/// The most headers of a message.
const MOST_HEADERS: usize = 256;

/// A message as it came.
#[derive(Debug)]
pub(super) struct Message {
    /// With the empty line at its end.
    pub(super) head: Vec<u8>,
    /// With its framing, if it is chunked.
    pub(super) body: Vec<u8>,
    pub(super) start: Start,
}

/// What the first line says.
#[derive(Debug)]
pub(super) enum Start {
    Request { method: String, target: String },
    Response { status: u16 },
}

/// Which messages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Request,
    /// A response; that to a HEAD has no body, whatever its headers say.
    Response,
    ResponseToHead,
}

/// Takes messages from a connection one after the other.
pub(super) struct Reader<R> {
    stream: R,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The next message. None if the connection has ended, or what comes is no HTTP/1.1.
    pub(super) async fn next(&mut self, read: Read) -> io::Result<Option<Message>> {
        let (length, start, framing) = loop {
            match parse_head(&self.buffer, read) {
                Head::Whole { length, start, framing } => break (length, start, framing),
                Head::Partial if self.buffer.len() < LARGEST_HEAD => {
                    if !self.fill().await? {
                        return Ok(None);
                    }
                }
                Head::Partial | Head::Invalid => return Ok(None),
            }
        };
        let end = loop {
            match body_end(&self.buffer[length..], framing) {
                Some(end) => break length + end,
                None => {
                    if !self.fill().await? {
                        return Ok(None);
                    }
                }
            }
        };
        let rest = self.buffer.split_off(end);
        let mut head = std::mem::replace(&mut self.buffer, rest);
        let body = head.split_off(length);
        Ok(Some(Message { head, body, start }))
    }

    /// Reads more. False at the end of the connection.
    async fn fill(&mut self) -> io::Result<bool> {
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }
}

impl Message {
    /// Takes a header out of the head, and gives its value.
    pub(super) fn take_header(&mut self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.head).into_owned();
        let line = text
            .split_inclusive("\r\n")
            .find(|line| line.split_once(':').is_some_and(|(other, _)| other.eq_ignore_ascii_case(name)))?;
        let value = line.split_once(':').map(|(_, value)| value.trim().to_owned());
        self.head = text.replacen(line, "", 1).into_bytes();
        value
    }
}

/// How far a head has come.
enum Head {
    Partial,
    Invalid,
    Whole { length: usize, start: Start, framing: Framing },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
}

fn parse_head(buffer: &[u8], read: Read) -> Head {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let (status, start) = match read {
        Read::Request => {
            let mut request = httparse::Request::new(&mut headers);
            let status = request.parse(buffer);
            let method = request.method.unwrap_or_default().to_owned();
            (status, Start::Request { method, target: request.path.unwrap_or_default().to_owned() })
        }
        Read::Response | Read::ResponseToHead => {
            let mut response = httparse::Response::new(&mut headers);
            let status = response.parse(buffer);
            (status, Start::Response { status: response.code.unwrap_or_default() })
        }
    };
    match status {
        Err(_) => Head::Invalid,
        Ok(httparse::Status::Partial) => Head::Partial,
        Ok(httparse::Status::Complete(length)) => match framing(&headers, &start, read) {
            Some(framing) => Head::Whole { length, start, framing },
            None => Head::Invalid,
        },
    }
}

fn framing(headers: &[httparse::Header<'_>], start: &Start, read: Read) -> Option<Framing> {
    let has_no_body = match start {
        Start::Request { .. } => false,
        Start::Response { status } => matches!(status, 100..=199 | 204 | 304),
    };
    if has_no_body || read == Read::ResponseToHead {
        return Some(Framing::Length(0));
    }
    let value = |name: &str| {
        let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok().map(str::trim)
    };
    match (value("transfer-encoding"), value("content-length")) {
        (Some(coding), _) if coding.to_lowercase().ends_with("chunked") => Some(Framing::Chunked),
        (Some(_), _) => None,
        (None, Some(length)) => length.parse().ok().map(Framing::Length),
        (None, None) => Some(Framing::Length(0)),
    }
}

/// Where the body ends that starts here. None: not here yet.
fn body_end(bytes: &[u8], framing: Framing) -> Option<usize> {
    match framing {
        Framing::Length(length) => (bytes.len() >= length).then_some(length),
        Framing::Chunked => {
            let mut position = 0;
            loop {
                let line = line_end(bytes, position)?;
                let size = std::str::from_utf8(&bytes[position..line - 2]).ok()?;
                let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
                if size == 0 {
                    return trailers_end(bytes, line);
                }
                position = line.checked_add(size)?.checked_add(2)?;
                if position > bytes.len() {
                    return None;
                }
            }
        }
    }
}

/// The end of the line that starts here, its line feed included.
fn line_end(bytes: &[u8], start: usize) -> Option<usize> {
    let found = bytes.get(start..)?.windows(2).position(|pair| pair == b"\r\n")?;
    Some(start + found + 2)
}

/// The end of the trailers: an empty line.
fn trailers_end(bytes: &[u8], mut position: usize) -> Option<usize> {
    loop {
        let line = line_end(bytes, position)?;
        if line == position + 2 {
            return Some(line);
        }
        position = line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages in these bytes, read in pieces of every size, as method, target and body.
    fn requests(bytes: &[u8], piece: usize) -> Vec<(String, String, Vec<u8>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut reader = Reader::new(tokio_test_pieces(bytes, piece));
            let mut found = Vec::new();
            while let Ok(Some(message)) = reader.next(Read::Request).await {
                let Start::Request { method, target } = message.start else { continue };
                found.push((method, target, message.body));
            }
            found
        })
    }

    fn tokio_test_pieces(bytes: &[u8], piece: usize) -> impl AsyncRead + Unpin {
        struct Pieces(Vec<u8>, usize);
        impl AsyncRead for Pieces {
            fn poll_read(
                mut self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
                buffer: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<io::Result<()>> {
                let length = self.1.min(self.0.len()).min(buffer.remaining());
                let rest = self.0.split_off(length);
                buffer.put_slice(&std::mem::replace(&mut self.0, rest));
                std::task::Poll::Ready(Ok(()))
            }
        }
        Pieces(bytes.to_vec(), piece)
    }

    #[test]
    fn messages_end_where_their_framing_says_however_they_are_cut() {
        let bytes = b"POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcGET /b?c HTTP/1.1\r\n\r\n\
            PUT /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\ntrailer: 1\r\n\r\n\
            GET /e HTTP/1.1\r\n\r\n";
        let row = |method: &str, target: &str, body: &[u8]| (method.to_owned(), target.to_owned(), body.to_vec());
        let expected = [
            row("POST", "/a", b"abc"),
            row("GET", "/b?c", b""),
            row("PUT", "/d", b"3;x=y\r\nabc\r\n0\r\ntrailer: 1\r\n\r\n"),
            row("GET", "/e", b""),
        ];
        for piece in [1, 2, 7, 1_000] {
            assert_eq!(requests(bytes, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn what_is_no_http_or_ends_too_early_is_no_message() {
        let cases: [&[u8]; 5] = [
            b"",
            b"\x16\x03\x01\x02\x00",
            b"GET /a HTTP/1.1\r\ncontent-length: 5\r\n\r\nabc",
            b"GET /a HTTP/1.1\r\ncontent-length: x\r\n\r\n",
            b"GET /a HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n",
        ];
        for bytes in cases {
            assert_eq!(requests(bytes, 4), [], "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
