//! Running other programs, with errors that name the command.

use anyhow::{Context, Result, bail};
use std::cell::Cell;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{progress, repo};

/// A command that starts in the root of the checkout.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(repo::root());
    command
}

/// `cargo`, the one that runs this program.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.env("CARGO_TARGET_DIR", repo::target());
    // What `cargo run` tells its child must not leak into the builds that the child starts.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// How the programs of a job run, where it is not the usual way.
#[derive(Clone, Copy, Default)]
struct Manner {
    /// What a program prints waits for its end.
    in_blocks: bool,
    /// A program that takes longer is ended.
    limit: Option<Duration>,
}

thread_local! {
    static MANNER: Cell<Manner> = const { Cell::new(Manner { in_blocks: false, limit: None }) };
}

/// A job that runs next to others: what a program prints in it stands together.
pub(crate) fn in_blocks<T>(job: impl FnOnce() -> T) -> T {
    let before = MANNER.get();
    MANNER.set(Manner { in_blocks: true, ..before });
    let done = job();
    MANNER.set(before);
    done
}

/// A job whose programs must not run for ever: one that hangs is an error that names it.
pub(crate) fn within<T>(limit: Duration, job: impl FnOnce() -> T) -> T {
    let before = MANNER.get();
    MANNER.set(Manner { limit: Some(limit), ..before });
    let done = job();
    MANNER.set(before);
    done
}

/// Runs with the terminal's own input and output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let Manner { in_blocks, limit } = MANNER.get();
    let status = if in_blocks {
        in_a_block(command, limit)
    } else {
        command.spawn().and_then(|mut child| ended(&mut child, limit))
    };
    let Some(status) = status.with_context(|| cannot_start(command))? else {
        let limit = progress::seconds(limit.unwrap_or_default());
        bail!("`{}` was ended: it ran for more than {limit}, so it hangs", shown(command));
    };
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What it prints, on either output, comes at its end and at once.
fn in_a_block(command: &mut Command, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let (mut printed, writer) = io::pipe()?;
    let mut child = command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // The command holds the pipe's other end, and would for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let block = Arc::new(Mutex::new(Vec::new()));
    let reader = thread::spawn({
        let block = Arc::clone(&block);
        move || -> io::Result<()> {
            let mut part = [0; 1 << 14];
            loop {
                let length = printed.read(&mut part)?;
                match part.get(..length) {
                    None | Some([]) => return Ok(()),
                    Some(read) => block.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(read),
                }
            }
        }
    });
    let status = ended(&mut child, limit)?;
    // Where it was ended, programs that it had started may hold the pipe.
    if status.is_some() {
        reader.join().unwrap_or(Ok(()))?;
    }
    let block = block.lock().unwrap_or_else(PoisonError::into_inner);
    io::stdout().lock().write_all(&block)?;
    Ok(status)
}

/// Its status, or nothing when the time is up: then it and the programs that it started are killed.
fn ended(child: &mut Child, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let Some(limit) = limit else { return child.wait().map(Some) };
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(20));
    }
    for descendant in descendants(child.id()) {
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-KILL", &descendant.to_string()]).stderr(Stdio::null()).status();
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// What a process started, and what that started, as `ps` of POSIX lists them; nothing where there is no `ps`.
fn descendants(of: u32) -> Vec<u32> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().map(|output| output.stdout);
    let listed = String::from_utf8(listed.unwrap_or_default()).unwrap_or_default();
    let processes: Vec<(u32, u32)> = listed
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(|number| number.parse().ok());
            Some((numbers.next()??, numbers.next()??))
        })
        .collect();
    let mut found = vec![of];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(processes.iter().filter(|(_, its)| *its == parent).map(|(process, _)| *process));
        next += 1;
    }
    found.split_off(1)
}

/// Runs without output; what it printed is shown only when it fails. A line (or a spinner) says what is going on.
pub(crate) fn quietly(what: &str, command: &mut Command) -> Result<String> {
    progress::working(what, || output(command))
}

/// Runs without output and returns what it printed on standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_start(command))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({})\n{}{}", shown(command), output.status, printed, complaint);
    }
    Ok(printed)
}

/// The program's path, `.cmd` added where the system wants it.
pub(crate) fn script(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join(if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() })
}

/// `npm`, whatever the system calls it.
pub(crate) fn npm() -> Command {
    command(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn cannot_start(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!("cannot start `{program}`: is it installed and on PATH? (cargo xtask --help says what a machine needs)")
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let root = repo::root().display().to_string();
    let words = command.get_args().map(|arg| arg.to_string_lossy().replace(&root, "."));
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}
