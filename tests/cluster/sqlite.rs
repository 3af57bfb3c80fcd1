//! One node on the embedded database, on a disk that is full or may not be written.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{
    load::{Load, Node, SOME},
    turn,
    world::World,
};

/// A file system of its own in memory, unmounted when it is dropped.
struct Disk(TempDir);

impl Disk {
    /// None, and said so, where this user may not mount.
    fn mount(test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"]).arg(folder.path()).output().unwrap();
        if !mounted.status.success() {
            println!("{test}: not run, for this user may not mount a file system");
            return None;
        }
        Some(Self(folder))
    }

    /// Leaves no room; what is written goes again with the file.
    fn fill(&self) -> PathBuf {
        let path = self.0.path().join("ballast");
        let mut file = std::fs::File::create(&path).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        path
    }

    fn remount(&self, how: &str) {
        let option = format!("remount,{how}");
        let done = Command::new("mount").args(["-o", &option]).arg(self.0.path()).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["--lazy"]).arg(self.0.path()).status();
    }
}

async fn clinic_on(disk: &Path) -> World {
    let folder = tempfile::tempdir_in(disk).unwrap();
    let database = format!("sqlite://{}", folder.path().join("bedside.sqlite").display());
    World::make_in(folder, database).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_is_full_and_then_is_not() {
    const TEST: &str = "the disk is full";
    let Some(_turn) = turn(TEST).await else { return };
    let Some(disk) = Disk::mount(TEST) else { return };
    let world = clinic_on(disk.0.path()).await;
    let nodes = [Node::start(&world, "127.0.0.1:0", Vec::new()).await];
    let load = Load::begin(&world, &nodes).await;
    for _ in 0..2 {
        let ballast = disk.fill();
        load.is_refused().await;
        std::fs::remove_file(ballast).unwrap();
        load.goes_on(SOME).await;
    }
    load.end(&world, TEST).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_does_not_start_on_a_disk_it_may_not_write() {
    const TEST: &str = "the disk is read-only";
    let Some(_turn) = turn(TEST).await else { return };
    let Some(disk) = Disk::mount(TEST) else { return };
    let world = clinic_on(disk.0.path()).await;
    disk.remount("ro");
    let (status, said) = world.process("127.0.0.1:0", &[]).end().await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be opened"), "{said}");
    disk.remount("rw");
    let nodes = [Node::start(&world, "127.0.0.1:0", Vec::new()).await];
    let load = Load::begin(&world, &nodes).await;
    load.end(&world, TEST).await;
}
