//! What the window's graphics need before it is made.

use std::ffi::OsStr;
use std::path::Path;

/// Variable that turns off the renderer of `WebKit` that stays blank with NVIDIA's driver.
const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Folder that is there while NVIDIA's own driver is loaded.
const DRIVER: &str = "/sys/module/nvidia";

/// Replaces this process by the same program without the renderer of `WebKit` that stays blank with
/// NVIDIA's driver, or ends under Wayland with a protocol error, where that driver is loaded and
/// whoever started the program has not decided about the variable. Returns where nothing is to be
/// done, or the program cannot be started again.
pub fn avoid_blank_window() {
    if is_wanted(std::env::var_os(VARIABLE).as_deref(), Path::new(DRIVER)) {
        restart();
    }
}

fn is_wanted(decided: Option<&OsStr>, driver: &Path) -> bool {
    cfg!(target_os = "linux") && decided.is_none() && driver.is_dir()
}

#[cfg(unix)]
fn restart() {
    use std::os::unix::process::CommandExt;
    let Ok(program) = std::env::current_exe() else { return };
    let arguments = std::env::args_os().skip(1);
    let failed = std::process::Command::new(program).args(arguments).env(VARIABLE, "1").exec();
    tracing::warn!("the window may stay blank, for want of {VARIABLE}=1: {failed}");
}

#[cfg(not(unix))]
fn restart() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_renderer_is_turned_off_with_nvidias_driver_unless_somebody_decided() {
        let (there, missing) = (std::env::temp_dir(), Path::new("/no/such/module"));
        for (decided, driver, wanted) in [
            (None, &*there, true),
            (Some("0"), &*there, false),
            (Some("1"), &*there, false),
            (None, missing, false),
        ] {
            assert_eq!(is_wanted(decided.map(OsStr::new), driver), wanted, "{decided:?}");
        }
    }
}
