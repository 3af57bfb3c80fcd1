//! What processes have used of this machine (Linux, proc(5)), and on which of its cores they run.

use std::time::Duration;

use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

/// Resident memory of a process in KiB.
pub fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The processor time, of user and system, a process has used, to a hundredth of a second; none when it is gone.
pub fn processor_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name in parentheses; user and system time are the fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
    Some(Duration::from_millis(ticks * 10))
}

/// The processes of PostgreSQL on this machine that work for a database: its connections, and those that write for all
/// databases.
pub fn postgres(database: &str) -> Vec<u32> {
    const FOR_ALL: [&str; 3] = ["walwriter", "checkpointer", "background writer"];
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let title = |id: u32| std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    all.filter(|id| {
        let title = String::from_utf8_lossy(&title(*id)).into_owned();
        let mut words = title.split([' ', '\0']);
        title.starts_with("postgres:")
            && (words.any(|word| word == database) || FOR_ALL.iter().any(|name| title.contains(name)))
    })
    .collect()
}

/// The cores this process may run on.
pub fn cores() -> Vec<usize> {
    let set = sched_getaffinity(Pid::from_raw(0)).unwrap();
    (0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).collect()
}

/// Keeps a process of one thread (0: the thread that calls, and what it starts) on one core.
pub fn keep_on(process: u32, core: usize) {
    let mut set = CpuSet::new();
    set.set(core).unwrap();
    // A process that is gone or is somebody else's stays as it is.
    let _ = sched_setaffinity(Pid::from_raw(process.cast_signed()), &set);
}
