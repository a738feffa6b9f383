import { isProductError } from '../../shared/errors.ts'
import type { Engine } from '../docker/connection/connect.ts'
import { inspectContainer } from '../docker/containers.ts'
import { startDetached } from '../docker/exec/start-detached.ts'
import { sharesNetwork } from './launch/create-request.ts'
import type { Launch } from './launch/prepare-launch.ts'
import { NODE_RELAY, PERL_RELAY, PYTHON_RELAY } from './relay-programs.ts'

/**
 * It looks which published ports are listened on only at the container's own 127.0.0.1 or ::1, and relays these from the
 * address to which the engine forwards. While a program listens at that address or at every one, nothing is relayed; a relay
 * ends with its program, so that this may listen elsewhere the next time. It uses what the image has: a relay in Perl, Python
 * or Node, socat, or the nc of busybox (with either of its two sets of options).
 *
 * Many environments wait at a time. The kernel's list of sockets costs it a walk through those of the whole computer, so it is
 * read only when the number of sockets changes, which the shell itself can read, and every tenth time. The number is read
 * every second, and every four once nothing has changed for a minute.
 */
const SUPERVISE = `ip=$1 own=$2 perl=$3 python=$4 node=$5; shift 5
for how in perl python3 node socat nc; do command -v $how && break; done
if [ $how = nc ]; then
  case $(nc --help 2>&1) in
    *"-ll with -e"*) how=nc-ll ;;
    *"-e, provides persistent server"*) how=nc-lk ;;
    *) exit 0 ;;
  esac
fi
none=00000000 none6=$none$none$none$none before= quiet=0
relay() {
  case $how in
    perl) exec perl -e "$perl" "$@" ;;
    python3) exec python3 -c "$python" "$@" ;;
    node) exec node -e "$node" "$@" ;;
    socat)
      case $3 in *:*) set -- "$1" "$2" "[$3]" ;; esac
      exec socat "TCP4-LISTEN:$2,bind=$1,reuseaddr,fork" "TCP:$3:$2" ;;
    nc-ll) exec nc -ll -p "$2" "$1" -e nc "$3" "$2" ;;
    nc-lk) exec nc -lk -s "$1" -p "$2" -e nc "$3" "$2" ;;
  esac
}
count() {
  now=
  for list in /proc/net/sockstat /proc/net/sockstat6; do
    [ -r $list ] || continue
    while read -r name _ number _; do
      case $name in TCP: | TCP6:) now="$now $number"; break ;; esac
    done <$list
  done
}
look() {
  at=$(grep -h " 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  for one; do
    port=\${one%:*} hex=\${one#*:} to=
    case $at in *" 0100007F:$hex "*) to=127.0.0.1 ;; *" \${none6%$none}01000000:$hex "*) to=::1 ;; esac
    eval "pid=\\$pid$port"
    [ "$pid" ] && ! kill -0 "$pid" && pid=
    if [ "$pid" ]; then
      [ "$to" ] || { kill "$pid"; pid=; }
    elif [ "$to" ]; then
      case $at in
        *" $none:$hex "* | *" $none6:$hex "* | *" $own:$hex "*) ;;
        *) relay "$ip" "$port" "$to" & pid=$! ;;
      esac
    fi
    eval "pid$port=$pid"
  done
}
while :; do
  count
  [ "$now" ] && [ "$now" = "$before" ] || quiet=0
  [ $((quiet % 10)) -gt 0 ] || look "$@"
  before=$now quiet=$((quiet + 1))
  if [ $quiet -lt 60 ]; then sleep 1; else sleep 4; fi
done >/dev/null 2>&1 </dev/null`

/**
 * Lets the published ports of a started container reach programs that listen only at its 127.0.0.1, as a port that an editor
 * forwards does. An image without a shell, or without any program that can relay, is left as it is. Error: `engine-unreachable`.
 */
export async function startLoopbackRelay(
  engine: Engine,
  { run }: Pick<Launch, 'run'>,
  container: string,
): Promise<void> {
  const ports = run.ports.filter(({ protocol }) => protocol === 'tcp').map((port) => port.container)
  if (ports.length === 0 || sharesNetwork(run)) return
  const { NetworkSettings } = (await inspectContainer(engine, container)) ?? {}
  const ip = Object.values(NetworkSettings?.Networks ?? {}).find(({ IPAddress }) => IPAddress)?.IPAddress
  if (ip === undefined) return
  await startDetached(engine, container, { command: relayCommand(ip, ports), user: '0' }).catch(
    (error: unknown) => {
      if (!isProductError(error, 'engine-refused')) throw error
    },
  )
}

/** The supervising command for published ports, of a container at an IPv4 address. */
export function relayCommand(ip: string, ports: readonly number[]): string[] {
  const programs = [PERL_RELAY, PYTHON_RELAY, NODE_RELAY]
  const watched = [...new Set(ports)].map((port) => `${port}:${hexOf(port, 4)}`)
  return ['/bin/sh', '-c', SUPERVISE, 'sh', ip, addressInProc(ip), ...programs, ...watched]
}

const hexOf = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0')

/** As `/proc/net/tcp` has it: its bytes from the last to the first. */
const addressInProc = (ip: string): string =>
  ip
    .split('.')
    .reverse()
    .map((byte) => hexOf(Number(byte), 2))
    .join('')
