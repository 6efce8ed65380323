//! The relay: a small HTTP server of our own between the clients and wiremock's, present only where
//! the builder asks for it. It passes requests and replies on, and does to them what wiremock
//! cannot: it holds them, cuts bodies, breaks connections, and refuses new ones.
//!
//! - `mod.rs`: the relay's thread, and going offline and coming back;
//! - `port.rs`: the address, which stays ours while the double is offline;
//! - `connection.rs`: one client's connection; `wire.rs`: its socket;
//! - `request.rs`, `upstream.rs`, `reply.rs`: the way of a request to the server and of its reply
//!   to the client;
//! - `under_way.rs`: what the pacer is told.
//!
//! Nothing here waits for ever by itself. All of it runs in tasks of the relay's thread: those of a
//! connection end with it, a connection ends when its client is gone or the double goes offline,
//! and all end when the relay is dropped.

mod connection;
mod port;
mod reply;
mod request;
mod under_way;
mod upstream;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::server::backend::Backend;

pub(crate) use connection::PLAN_HEADER;
pub(crate) use port::Port;

/// The pause after a connection could not be accepted.
const AFTER_ERROR: Duration = Duration::from_millis(1);

/// What the relay's thread is told. It answers on the channel when that is done.
enum Command {
    GoOffline(Sender<()>),
    ComeBack(Sender<io::Result<()>>),
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
    pub(crate) fn start(
        mut port: Port,
        upstream: SocketAddr,
        backend: Arc<Backend>,
    ) -> io::Result<Self> {
        let address = port.address();
        let (commands, received) = unbounded_channel();
        let (tell, told) = channel();
        let thread = std::thread::Builder::new()
            .name("mock-zendesk relay".to_owned())
            .spawn(move || {
                let runtime = match tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(tell.send(Err(error))),
                };
                runtime.block_on(async move {
                    match port.listen() {
                        Ok(listener) => {
                            let _ = tell.send(Ok(()));
                            run(port, listener, received, upstream, &backend).await;
                        }
                        Err(error) => drop(tell.send(Err(error))),
                    }
                });
            })?;
        told.recv().unwrap_or_else(|_| Err(ended()))?;
        Ok(Self {
            address,
            commands,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes all connections, and refuses new ones.
    pub(crate) fn go_offline(&self) {
        let (done, wait) = channel();
        if self.commands.send(Command::GoOffline(done)).is_ok() {
            let _ = wait.recv();
        }
    }

    /// Takes connections again, at the same address.
    pub(crate) fn come_back(&self) -> io::Result<()> {
        let (done, wait) = channel();
        self.commands
            .send(Command::ComeBack(done))
            .map_err(|_| ended())?;
        wait.recv().unwrap_or_else(|_| Err(ended()))
    }
}

/// The relay's thread is not there any more.
fn ended() -> io::Error {
    io::Error::other("the relay has ended")
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.commands.send(Command::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn run(
    mut port: Port,
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
                    let result = match &listener {
                        Some(_) => Ok(()),
                        None => port.listen().map(|new| listener = Some(new)),
                    };
                    let _ = done.send(result);
                }
                Some(Command::Stop) | None => return,
            },
            accepted = accept(listener.as_ref()) => {
                match accepted {
                    Ok((client, _)) => drop(connections.spawn(connection::serve(client, upstream, Arc::clone(backend)))),
                    // It may be that there are too many open files, until some are closed.
                    Err(_) => tokio::time::sleep(AFTER_ERROR).await,
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
