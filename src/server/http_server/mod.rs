//! The HTTP server that a double listens with: [`HttpServer`]. It reads requests with hyper,
//! configured as in wiremock, and the backend answers them. It does what wiremock cannot do: it
//! holds requests, cuts bodies, breaks connections, and refuses new ones.
//!
//! After a test has asked for wiremock's server to mount its own mocks, each request is passed on
//! to that server. There the double is one of the mocks.
//!
//! - `mod.rs`: the server, and how it goes offline and comes back; `worker.rs`: its thread;
//! - `port.rs`: the address, which stays reserved while the double is offline;
//! - `connection.rs`: one client's connection; `wire.rs`: its socket;
//! - `request.rs`, `answers.rs`, `upstream.rs`, `reply.rs`: a request, how its reply is obtained,
//!   the connection to wiremock, and the reply on its way to the client;
//! - `orders.rs`, `under_way.rs`: what the connections must know, and what the pacer must know;
//! - `beside.rs`: what answers requests that are not for the API;
//! - `courier.rs`: the requests that the double sends itself, to webhooks.
//!
//! Nothing here waits forever by itself. Everything runs in tasks of the server's thread. The tasks
//! of a connection end with it. A connection ends when its client is gone or the double goes
//! offline. All tasks end when the server is dropped, with the server's runtime.

mod answers;
#[cfg(feature = "standalone")]
mod beside;
mod connection;
#[cfg(feature = "webhooks")]
mod courier;
mod orders;
mod port;
mod reply;
mod request;
mod under_way;
mod upstream;
mod wire;
mod worker;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::server::backend::Backend;

use answers::Answers;
use orders::Orders;
use worker::Worker;

pub(crate) use answers::PLAN_HEADER;
#[cfg(feature = "standalone")]
pub(crate) use beside::{Answering, Beside};
pub(crate) use port::Port;

/// The pause after a connection could not be accepted.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(1);

/// A command to the server's thread. The thread replies on the channel when it is done.
enum Command {
    GoOffline(Sender<()>),
    ComeBack(Sender<io::Result<()>>),
    LookAround(Sender<()>),
    Stop,
}

/// How often the server's thread looks at its sockets before it says that it has seen everything: a
/// new connection, its first bytes, and the rest of a request.
const LOOKS: usize = 3;

/// Asks the server's thread for a sign of life.
#[derive(Debug)]
pub(crate) struct Pulse(UnboundedSender<Command>);

impl Pulse {
    /// Waits until the server's thread has seen all requests that have arrived so far. Returns at
    /// once if the server has ended.
    pub(crate) fn wait(&self) {
        let (done, wait) = channel();
        if self.0.send(Command::LookAround(done)).is_ok() {
            let _ = wait.recv();
        }
    }
}

/// The server. It runs until it is dropped.
#[derive(Debug)]
pub(crate) struct HttpServer {
    address: SocketAddr,
    orders: Arc<Orders>,
    commands: UnboundedSender<Command>,
    worker: Worker,
}

impl HttpServer {
    /// Starts the server. Returns an error if it cannot listen.
    pub(crate) fn start(mut port: Port, backend: Arc<Backend>) -> io::Result<Self> {
        let address = port.address();
        let orders = Arc::new(Orders::default());
        let answers = Answers::new(backend, Arc::clone(&orders));
        let (commands, received) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        // It listens before this returns, without waiting for the thread.
        let context = runtime.enter();
        let listener = port.listen();
        drop(context);
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                // A runtime that is dropped within another one panics.
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let worker = Worker::run(move || {
            runtime.block_on(async move {
                #[cfg(feature = "webhooks")]
                tokio::spawn(courier::carry(Arc::clone(answers.backend())));
                run(port, listener, received, answers).await;
            });
            // The name of a receiver may still be looked up, which nothing can interrupt.
            runtime.shutdown_background();
        })?;
        Ok(Self {
            address,
            orders,
            commands,
            worker,
        })
    }

    /// Returns the address where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what asks the server's thread for a sign of life.
    pub(crate) fn pulse(&self) -> Pulse {
        Pulse(self.commands.clone())
    }

    /// Passes all further requests on to wiremock's server.
    pub(crate) fn pass_on_to(&self, wiremock: SocketAddr) {
        self.orders.pass_on_to(wiremock);
    }

    /// Lets `beside` answer the requests that are not for the API.
    #[cfg(feature = "standalone")]
    pub(crate) fn answer_beside(&self, beside: Arc<dyn Beside>) {
        self.orders.answer_beside(beside);
    }

    /// Closes all connections, and refuses new ones.
    pub(crate) fn go_offline(&self) {
        self.orders.set_offline(true);
        let (done, wait) = channel();
        if self.commands.send(Command::GoOffline(done)).is_ok() && !self.worker.is_this_thread() {
            let _ = wait.recv();
        }
    }

    /// Accepts connections again, at the same address.
    pub(crate) fn come_back(&self) -> io::Result<()> {
        self.orders.set_offline(false);
        let (done, wait) = channel();
        self.commands
            .send(Command::ComeBack(done))
            .map_err(|_| ended())?;
        if self.worker.is_this_thread() {
            return Ok(());
        }
        wait.recv().unwrap_or_else(|_| Err(ended()))
    }
}

/// Returns the error for a server whose thread has ended.
fn ended() -> io::Error {
    io::Error::other("the server has ended")
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.orders.end();
        let _ = self.commands.send(Command::Stop);
        // Code of the test that runs between two pages, for example, runs on the server's thread.
        // That thread must not wait for itself.
        if !self.worker.is_this_thread() {
            self.worker.wait();
        }
    }
}

async fn run(
    mut port: Port,
    listener: TcpListener,
    mut commands: UnboundedReceiver<Command>,
    answers: Answers,
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
                Some(Command::LookAround(done)) => drop(tokio::spawn(look_around(done))),
                Some(Command::Stop) | None => return,
            },
            accepted = accept(listener.as_ref()) => {
                match accepted {
                    Ok((client, _)) => drop(connections.spawn(connection::serve(client, answers.of_another()))),
                    // There may be too many open files, until some are closed.
                    Err(_) => tokio::time::sleep(PAUSE_AFTER_ERROR).await,
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Lets everything else run, and tokio look at the sockets, a few times.
async fn look_around(done: Sender<()>) {
    for _ in 0..LOOKS {
        tokio::task::yield_now().await;
    }
    let _ = done.send(());
}

/// Returns the next connection. Without a listener, it never completes.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}
