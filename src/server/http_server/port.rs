//! [`Port`]: an address that stays ours while nobody listens at it.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that belongs to one double from when it is bound until this is dropped, also while
/// the double is offline.
#[derive(Debug)]
pub(crate) struct Port {
    address: SocketAddr,
    /// Bound, and never listening: it keeps everybody else from the address, and connections to it
    /// are refused. None where the system does not let two sockets share an address: there the
    /// address is free while the double is offline.
    holder: Option<TcpSocket>,
}

impl Port {
    /// Takes an address. It fails if anybody has it, another double included.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let holder = socket(address)?;
        holder.bind(address)?;
        Ok(Self {
            address: holder.local_addr()?,
            holder: Some(holder),
        })
    }

    /// An address as on a system where no two sockets can share one: from going offline on it
    /// belongs to nobody.
    #[cfg(test)]
    pub(crate) fn without_holder(address: SocketAddr) -> Self {
        Self {
            address,
            holder: None,
        }
    }

    /// The address, with the port that the system chose if it was 0.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Listens. Needs a tokio runtime.
    pub(super) fn listen(&mut self) -> io::Result<TcpListener> {
        let Some(holder) = self.holder.take() else {
            return listen(socket(self.address)?, self.address);
        };
        match share(&holder, self.address) {
            Ok(listener) => {
                self.holder = Some(holder);
                Ok(listener)
            }
            Err(_) => holder.listen(BACKLOG),
        }
    }
}

/// Listens at the address that `holder` has. Others can share the address only for as long as this
/// takes.
fn share(holder: &TcpSocket, address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address)?;
    allow_sharing(&socket, true)?;
    allow_sharing(holder, true)?;
    let listener = listen(socket, address);
    allow_sharing(holder, false)?;
    listener
}

fn listen(socket: TcpSocket, address: SocketAddr) -> io::Result<TcpListener> {
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Without this an address could not be taken for a minute after a server was there.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    Ok(socket)
}

/// Lets another socket have the same address, if that one allows it, too.
///
/// On Linux sockets with SO_REUSEADDR share an address as long as only one of them listens. With
/// SO_REUSEPORT several could listen, and the system would spread the connections over them.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn allow_sharing(socket: &TcpSocket, allow: bool) -> io::Result<()> {
    socket.set_reuseaddr(allow)
}

/// Lets another socket have the same address, if that one allows it, too. Here SO_REUSEADDR alone
/// does not.
#[cfg(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
))]
fn allow_sharing(socket: &TcpSocket, allow: bool) -> io::Result<()> {
    socket.set_reuseport(allow)
}

/// Does nothing: here no two sockets share an address.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
)))]
fn allow_sharing(_: &TcpSocket, _: bool) -> io::Result<()> {
    Ok(())
}
