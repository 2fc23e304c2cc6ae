//! Package managers, and the names of the packages in each.

use std::env;
use std::process::Command;

use crate::command::{read, succeeds};

/// Package manager. Commands are lists of words.
pub struct Platform {
    /// Name of its program.
    manager: &'static str,
    /// Command that fetches the list of packages, where that is a step of its own.
    refresh: &'static [&'static str],
    /// Command that installs the packages that follow it.
    install: &'static [&'static str],
    /// Whether a package is installed, or another one stands in for it.
    pub has: fn(&str) -> bool,
    /// Packages for building. The compiler of protocol buffers makes the client of clusters.
    pub for_building: &'static [&'static str],
    /// Packages for the tests of the window (a driver of the webview, a display, a session bus,
    /// screenshots, fonts), strace, by which tests make system calls fail, and the Python of an
    /// emulator of object stores.
    pub for_tests: &'static [&'static str],
}

/// Known package managers. The program links GTK, `WebKitGTK` and D-Bus. It has no tray icon and no
/// TLS, and brings its own database, so neither appindicator nor xdo nor `OpenSSL` is among the
/// packages.
static PLATFORMS: [Platform; 3] = [
    Platform {
        manager: "apt-get",
        refresh: &["apt-get", "update"],
        install: &["apt-get", "install", "--yes", "--no-install-recommends"],
        has: |name| {
            let query = ["--show", "--showformat=${db:Status-Status}", name];
            read(Command::new("dpkg-query").args(query)).is_ok_and(|status| status == "installed")
        },
        for_building: &[
            "build-essential",
            "pkg-config",
            "libgtk-3-dev",
            "libwebkit2gtk-4.1-dev",
            "libdbus-1-dev",
            "protobuf-compiler",
        ],
        for_tests: &[
            "webkit2gtk-driver",
            "xvfb",
            "dbus",
            "at-spi2-core",
            "imagemagick",
            "fonts-dejavu-core",
            "fonts-noto-core",
            "strace",
            "python3",
            "python3-venv",
        ],
    },
    Platform {
        manager: "dnf",
        refresh: &[],
        install: &["dnf", "install", "--assumeyes"],
        has: |name| succeeds("rpm", &["--query", "--quiet", "--whatprovides", name]),
        for_building: &[
            "gcc",
            "gcc-c++",
            "make",
            "pkgconf-pkg-config",
            "gtk3-devel",
            "webkit2gtk4.1-devel",
            "dbus-devel",
            "protobuf-compiler",
        ],
        for_tests: &[
            "/usr/bin/WebKitWebDriver",
            "xorg-x11-server-Xvfb",
            "dbus-daemon",
            "at-spi2-core",
            "ImageMagick",
            "dejavu-sans-fonts",
            "google-noto-sans-fonts",
            "strace",
            "python3",
        ],
    },
    Platform {
        manager: "pacman",
        refresh: &[],
        install: &["pacman", "--sync", "--refresh", "--needed", "--noconfirm"],
        has: |name| succeeds("pacman", &["--deptest", name]),
        for_building: &["base-devel", "gtk3", "webkit2gtk-4.1", "dbus", "protobuf"],
        for_tests: &[
            "xorg-server-xvfb",
            "at-spi2-core",
            "imagemagick",
            "ttf-dejavu",
            "noto-fonts",
            "strace",
            "python",
        ],
    },
];

impl Platform {
    /// The first package manager that is on PATH.
    pub fn find() -> Option<&'static Self> {
        let path = env::var_os("PATH")?;
        let is_there = |name: &str| env::split_paths(&path).any(|dir| dir.join(name).is_file());
        PLATFORMS.iter().find(|platform| is_there(platform.manager))
    }

    /// The commands that install `packages`, in order, for an administrator.
    pub fn commands(&self, packages: &[&'static str]) -> Vec<Vec<&'static str>> {
        let refresh = Some(self.refresh).filter(|words| !words.is_empty()).map(<[_]>::to_vec);
        let install = [self.install, packages].concat();
        refresh.into_iter().chain([install]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_packages_is_fetched_before_installing() {
        let [apt, dnf, _] = &PLATFORMS;
        let commands = apt.commands(&["xvfb"]).into_iter().map(|words| words.join(" "));
        assert_eq!(
            commands.collect::<Vec<_>>(),
            ["apt-get update", "apt-get install --yes --no-install-recommends xvfb"]
        );
        assert_eq!(dnf.commands(&["make"]), [["dnf", "install", "--assumeyes", "make"]]);
    }
}
