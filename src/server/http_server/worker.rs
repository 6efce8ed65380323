//! Threads that servers run on: [`Worker`]. A thread whose server has ended waits for the next one,
//! because a suite starts a server for each of its tests, and starting a thread takes longer than
//! all the rest of it.
//!
//! Servers share nothing but the thread, and never at the same time.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ThreadId};

use parking_lot::Mutex;

/// The threads that wait for a server.
static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

/// The largest number of threads that wait. Further ones end.
const MOST_IDLE: usize = 64;

/// What a thread does next. The sender is dropped when that is done.
type Work = (Box<dyn FnOnce() + Send>, Sender<()>);

/// A thread that waits for work.
struct Idle {
    thread: ThreadId,
    work: Sender<Work>,
}

/// Work that runs on a separate thread until it is done.
#[derive(Debug)]
pub(super) struct Worker {
    thread: ThreadId,
    /// Locked only so that workers can be shared between threads.
    done: Mutex<Receiver<()>>,
}

impl Worker {
    /// Starts to run this. Returns an error if the system does not give another thread.
    pub(super) fn run(work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let waiting = IDLE.lock().pop();
        let idle = match waiting {
            Some(idle) => idle,
            None => Idle::spawn()?,
        };
        let (tell, done) = channel();
        let worker = Self {
            thread: idle.thread,
            done: Mutex::new(done),
        };
        // A thread that waits does not end.
        let _ = idle.work.send((Box::new(work), tell));
        Ok(worker)
    }

    /// Returns whether the work itself calls this.
    pub(super) fn is_this_thread(&self) -> bool {
        self.thread == thread::current().id()
    }

    /// Waits until the work is done. It must not wait for itself.
    pub(super) fn wait(&self) {
        let _ = self.done.lock().recv();
    }
}

impl Idle {
    fn spawn() -> io::Result<Self> {
        let (work, received) = channel();
        let own = work.clone();
        let thread = thread::Builder::new()
            .name("mock-zendesk".to_owned())
            .spawn(move || serve(&received, &own))?;
        Ok(Self {
            thread: thread.thread().id(),
            work,
        })
    }
}

/// Does one piece of work after the other, and waits in between.
fn serve(received: &Receiver<Work>, own: &Sender<Work>) {
    for (work, tell) in received {
        work();
        let mut idle = IDLE.lock();
        if idle.len() >= MOST_IDLE {
            return;
        }
        idle.push(Idle {
            thread: thread::current().id(),
            work: own.clone(),
        });
        drop(idle);
        // This is last, so that whoever waits for it, and then starts a server, gets this thread.
        drop(tell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_whose_work_is_done_takes_the_next_work() {
        let first = Worker::run(|| ()).expect("a thread");
        let thread = first.thread;
        first.wait();
        // Tests in parallel take threads, too.
        let again = (0..1000).any(|_| {
            let next = Worker::run(|| ()).expect("a thread");
            next.wait();
            next.thread == thread
        });
        assert!(again);
    }

    #[test]
    fn works_at_the_same_time_have_separate_threads() {
        let (release, held) = channel::<()>();
        let first = Worker::run(move || {
            let _ = held.recv();
        })
        .expect("a thread");
        let second = Worker::run(|| ()).expect("a thread");
        second.wait();
        assert_ne!(first.thread, second.thread);
        assert!(!first.is_this_thread());
        drop(release);
        first.wait();
    }

    #[test]
    fn work_that_panics_is_done_and_its_thread_is_not_used_again() {
        let first = Worker::run(|| panic!("as the test wants it")).expect("a thread");
        first.wait();
        let thread = first.thread;
        assert!(IDLE.lock().iter().all(|idle| idle.thread != thread));
    }
}
