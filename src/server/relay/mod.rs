//! The relay: a small program of our own between the clients and wiremock's server, present only where the builder asks
//! for it. It passes bytes on, and does to them what wiremock cannot: it holds requests and replies, cuts bodies, breaks
//! connections, and refuses new ones.
//!
//! - `mod.rs`: the relay's thread, and going offline and coming back;
//! - `connection.rs`: one client's connection;
//! - `message.rs`: where an HTTP/1.1 message ends.

mod connection;
mod message;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::server::backend::Backend;

pub(crate) use connection::PLAN_HEADER;

/// What the relay's thread is told. It answers on the channel when that is done.
enum Command {
    GoOffline(Sender<()>),
    ComeBack(Sender<()>),
    Stop,
}

/// The relay, running until it is dropped.
#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    commands: UnboundedSender<Command>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Starts to listen, and to pass on to the server at `upstream`.
    pub(crate) fn start(address: SocketAddr, upstream: SocketAddr, backend: Arc<Backend>) -> io::Result<Self> {
        let (commands, received) = unbounded_channel();
        let (tell, told) = channel();
        let thread = std::thread::Builder::new().name("mock-zendesk relay".to_owned()).spawn(move || {
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(tell.send(Err(error))),
            };
            runtime.block_on(async move {
                match Port::bind(address) {
                    Ok((port, listener)) => {
                        let _ = tell.send(Ok(port.address));
                        run(port, listener, received, upstream, &backend).await;
                    }
                    Err(error) => drop(tell.send(Err(error))),
                }
            });
        })?;
        let address = told.recv().unwrap_or_else(|_| Err(io::Error::other("the relay did not start")))?;
        Ok(Self { address, commands, thread: Some(thread) })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections, and refuses new ones.
    pub(crate) fn go_offline(&self) {
        self.command(Command::GoOffline);
    }

    /// Takes connections again, at the same address.
    pub(crate) fn come_back(&self) {
        self.command(Command::ComeBack);
    }

    fn command(&self, command: impl FnOnce(Sender<()>) -> Command) {
        let (done, wait) = channel();
        if self.commands.send(command(done)).is_ok() {
            let _ = wait.recv();
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.commands.send(Command::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A port that stays ours while nobody listens at it.
struct Port {
    address: SocketAddr,
    /// Bound, and never listening: it keeps other programs from getting the port, and takes no connection.
    _holder: Option<TcpSocket>,
}

impl Port {
    fn bind(address: SocketAddr) -> io::Result<(Self, TcpListener)> {
        let holder = bound(address)?;
        let address = holder.local_addr()?;
        // Where two sockets cannot share an address the port is free while the double is offline.
        match bound(address) {
            Ok(socket) => Ok((Self { address, _holder: Some(holder) }, socket.listen(BACKLOG)?)),
            Err(_) => Ok((Self { address, _holder: None }, holder.listen(BACKLOG)?)),
        }
    }

    fn listen(&self) -> io::Result<TcpListener> {
        bound(self.address)?.listen(BACKLOG)
    }
}

const BACKLOG: u32 = 1024;

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    {
        socket.set_reuseaddr(true)?;
        socket.set_reuseport(true)?;
    }
    socket.bind(address)?;
    Ok(socket)
}

async fn run(
    port: Port,
    listener: TcpListener,
    mut commands: UnboundedReceiver<Command>,
    upstream: SocketAddr,
    backend: &Arc<Backend>,
) {
    let mut listener = Some(listener);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::GoOffline(done)) => {
                    listener = None;
                    connections.shutdown().await;
                    let _ = done.send(());
                }
                Some(Command::ComeBack(done)) => {
                    if listener.is_none() {
                        listener = port.listen().ok();
                    }
                    let _ = done.send(());
                }
                Some(Command::Stop) | None => return,
            },
            accepted = accept(listener.as_ref()) => {
                if let Ok((client, _)) = accepted {
                    connections.spawn(connection::serve(client, upstream, Arc::clone(backend)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// The next connection; never, while nobody listens.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}
