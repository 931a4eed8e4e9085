//! Running other programs, with errors that name the command.

use anyhow::{Context, Result, bail};
use std::cell::Cell;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

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

thread_local! {
    /// Whether what a program prints waits for its end.
    static IN_BLOCKS: Cell<bool> = const { Cell::new(false) };
}

/// A job that runs next to others: what a program prints in it stands together.
pub(crate) fn in_blocks<T>(job: impl FnOnce() -> T) -> T {
    IN_BLOCKS.set(true);
    let done = job();
    IN_BLOCKS.set(false);
    done
}

/// Runs with the terminal's own input and output.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = if IN_BLOCKS.get() { in_a_block(command) } else { command.status() };
    let status = status.with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What it prints, on either output, comes at its end and at once.
fn in_a_block(command: &mut Command) -> io::Result<ExitStatus> {
    let (mut printed, writer) = io::pipe()?;
    let mut child = command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // The command holds the pipe's other end, and would for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut block = Vec::new();
    printed.read_to_end(&mut block)?;
    let status = child.wait()?;
    io::stdout().lock().write_all(&block)?;
    Ok(status)
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
