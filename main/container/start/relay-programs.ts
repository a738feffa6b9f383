/*
 * Programs that listen on an address and a port and pass each connection on to the same port of another address. Further
 * arguments are the addresses from which they take connections; without any they take all. They need nothing but what
 * comes with their language.
 */

/** Debian's `perl-base` is enough for it. */
export const PERL_RELAY = `use Socket;
my ($ip, $port, $to, @peers) = @ARGV;
socket(my $s, PF_INET, SOCK_STREAM, 0) or die;
setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
bind($s, sockaddr_in($port, inet_aton($ip))) or die;
listen($s, 128) or die;
$SIG{CHLD} = 'IGNORE';
sub pump {
  my ($from, $into) = @_;
  while (sysread($from, my $data, 65536)) {
    for (my $at = 0; $at < length $data;) {
      my $done = syswrite($into, $data, length($data) - $at, $at) or return;
      $at += $done;
    }
  }
  shutdown($into, 1);
}
while (1) {
  my $peer = accept(my $c, $s) or next;
  my (undef, $from) = sockaddr_in($peer);
  if (@peers && !grep { inet_aton($_) eq $from } @peers) { close $c; next }
  if (fork) { close $c; next }
  close $s;
  my $six = $to =~ /:/;
  socket(my $u, $six ? PF_INET6 : PF_INET, SOCK_STREAM, 0) or exit;
  my $place = $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $to)) : sockaddr_in($port, inet_aton($to));
  connect($u, $place) or exit;
  if (fork) { pump($u, $c) } else { pump($c, $u) }
  exit;
}`

export const PYTHON_RELAY = `import socket, sys, threading
ip, port, to, peers = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    try:
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def serve(c):
    with c:
        try:
            u = socket.create_connection((to, port))
        except OSError:
            return
        with u:
            other = threading.Thread(target=pump, args=(c, u), daemon=True)
            other.start()
            pump(u, c)
            other.join()
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((ip, port))
s.listen(128)
while True:
    c, (peer, _) = s.accept()
    if peers and peer not in peers:
        c.close()
        continue
    threading.Thread(target=serve, args=(c,), daemon=True).start()`

export const NODE_RELAY = `const net = require('net')
const [ip, port, to, ...peers] = process.argv.slice(1)
const open = { allowHalfOpen: true }
net.createServer(open, (c) => {
  if (peers.length > 0 && !peers.includes(c.remoteAddress)) return c.destroy()
  const u = net.connect({ ...open, host: to, port: Number(port) })
  c.pipe(u)
  u.pipe(c)
  c.on('error', () => u.destroy())
  u.on('error', () => c.destroy())
}).listen(Number(port), ip)`

/**
 * Run by `nc` with a connection as its input, which it finds in the kernel's list by its socket. Here addresses are as that
 * list has them.
 */
export const NC_RELAY = `to=$1 port=$2; shift 2
[ $# -gt 0 ] || exec nc "$to" "$port"
socket=$(ls -l /proc/self/fd/0) socket=\${socket##*[} socket=\${socket%]}
for peer; do
  grep -q " $peer:[0-9A-F]* [0-9A-F][0-9A-F] .* $socket " /proc/net/tcp && exec nc "$to" "$port"
done`
