"""Windows: what the backend starts ends with it, however it ends; configured, not yet run. On Linux the warden sees to that."""

import sys

EXTENDED_LIMITS = 9
KILL_ON_CLOSE = 0x2000


def take_descendants_along() -> None:
    """Put this process into a job that ends with its last handle, which is ours and is closed by our end alone."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Limits(ctypes.Structure):
            _fields_ = (
                ("process_time", wintypes.LARGE_INTEGER),
                ("job_time", wintypes.LARGE_INTEGER),
                ("flags", wintypes.DWORD),
                ("working_sets", ctypes.c_size_t * 2),
                ("active_processes", wintypes.DWORD),
                ("affinity", ctypes.c_size_t),
                ("classes", wintypes.DWORD * 2),
                ("io_counters", ctypes.c_ulonglong * 6),
                ("memory", ctypes.c_size_t * 4),
            )

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        job = wintypes.HANDLE(kernel.CreateJobObjectW(None, None))
        limits = Limits(flags=KILL_ON_CLOSE)
        kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        kernel.AssignProcessToJobObject(job, wintypes.HANDLE(kernel.GetCurrentProcess()))
