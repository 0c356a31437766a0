# lock-and-hold FILE SECONDS OFFSET LENGTH: waits for a write lock on LENGTH bytes, holds it, ends with 0. Ends when stdin does.
import fcntl, os, select, sys
path, seconds, offset, length = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
with open(path, "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, length, offset, os.SEEK_SET)
    print("locked", flush=True)
    select.select([], [], [], seconds)
