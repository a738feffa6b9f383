"""Runs a command on a terminal of 40 rows and 100 columns, resizes it to 50 and 120, types, and copies what it shows.

Usage: terminal.py COMMAND...   Standard input holds lines "WAIT<TAB>TYPE": once WAIT was shown, TYPE is typed
("@resize" resizes instead). The exit code is the command's.
"""
import fcntl, os, pty, select, struct, sys, termios

script = [line.rstrip('\n').split('\t') for line in sys.stdin]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

resize(40, 100)
shown = b''
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
    shown += chunk
    while script and script[0][0].encode() in shown:
        wait, keys = script.pop(0)
        shown = shown.split(wait.encode(), 1)[1]
        if keys == '@resize':
            resize(50, 120)
        else:
            os.write(terminal, keys.encode().decode('unicode_escape').encode())
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) & 0xff)
