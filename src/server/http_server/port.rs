//! [`Port`]: an address that stays reserved while the double is offline.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that belongs to one double until this is dropped, even while the double is offline.
#[derive(Debug)]
pub(crate) struct Port {
    address: SocketAddr,
    /// A bound socket that does not listen. It reserves the address, and connections to it are
    /// refused. `None` means that the system does not let two sockets share an address, so the
    /// address is free while the double is offline.
    holder: Option<TcpSocket>,
}

impl Port {
    /// Reserves an address. Returns an error if it is in use, by another double for example.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let holder = socket(address)?;
        holder.bind(address)?;
        Ok(Self {
            address: holder.local_addr()?,
            holder: Some(holder),
        })
    }

    /// Returns an address as on a system where two sockets cannot share one. From going offline on,
    /// it is not reserved.
    #[cfg(test)]
    pub(crate) fn without_holder(address: SocketAddr) -> Self {
        Self {
            address,
            holder: None,
        }
    }

    /// Returns the address, with the port that the system chose if it was 0.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts to listen. This needs a tokio runtime.
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

/// Listens at the address of `holder`. Other sockets can share the address only while this runs.
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
    // Otherwise an address could not be used for a minute after a server had used it.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    Ok(socket)
}

/// Lets another socket have the same address, if that socket allows it, too.
///
/// On Linux, sockets with SO_REUSEADDR share an address as long as only one of them listens. With
/// SO_REUSEPORT several could listen, and the system would spread the connections over them.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn allow_sharing(socket: &TcpSocket, allow: bool) -> io::Result<()> {
    socket.set_reuseaddr(allow)
}

/// Lets another socket have the same address, if that socket allows it, too. Here SO_REUSEADDR
/// alone is not enough.
#[cfg(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd"
))]
fn allow_sharing(socket: &TcpSocket, allow: bool) -> io::Result<()> {
    socket.set_reuseport(allow)
}

/// Does nothing, because two sockets cannot share an address here.
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
