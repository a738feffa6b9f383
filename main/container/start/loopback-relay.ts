import type { PortRequest } from '../../../shared/definition.ts'
import { isProductError } from '../../../shared/errors.ts'
import type { Engine } from '../../docker/connection/connect.ts'
import { inspectContainer } from '../../docker/containers.ts'
import type { CommandSpec } from '../../docker/exec/exec-start.ts'
import { startDetached } from '../../docker/exec/start-detached.ts'
import { isLoopback } from '../../trust/decide-trust.ts'
import type { Launch } from '../launch/prepare-launch.ts'
import { relayedPorts } from '../launch/relayed-ports.ts'
import { NC_RELAY, NODE_RELAY, PERL_RELAY, PYTHON_RELAY } from './relay-programs.ts'

/**
 * It looks which published ports are listened on only at the container's own 127.0.0.1 or ::1, and relays these from the
 * address to which the engine forwards. While a program listens at that address or at every one, nothing is relayed; a relay
 * ends with its program, so that this may listen elsewhere the next time. It uses what the image has: a relay in Perl, Python
 * or Node, socat, or the nc of busybox (with either of its two sets of options).
 *
 * Containers of other projects may be in the same network, so a port that is published on a loopback address takes
 * connections of the engine alone: they come from the network's gateway, or, with a rootless Podman, from the container's own
 * address. One that is published further is for everybody.
 *
 * Many environments wait at a time. The kernel's list of sockets costs it a walk through those of the whole computer, so it is
 * read only when the number of sockets changes, which the shell itself can read, and every tenth time. The number is read
 * every second, and every four once nothing has changed for a minute.
 *
 * This and the programs of the relays are in the environment of the command, so that each is a short line in a list of the
 * container's processes.
 */
const SUPERVISE = `ip=$1 own=$2 peers=$3 listed=$4; shift 4
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
    perl) exec perl -e 'eval $ENV{PRISTINE_RELAY_PERL}' "$@" ;;
    python3) exec python3 -c 'import os; exec(os.environ["PRISTINE_RELAY_PYTHON"])' "$@" ;;
    node) exec node -e 'eval(process.env.PRISTINE_RELAY_NODE)' "$@" ;;
    socat)
      case $3 in *:*) to="[$3]" ;; esac
      exec socat "TCP4-LISTEN:$2,bind=$1,reuseaddr,fork\${4:+,range=$4/32}" "TCP:$to:$2" ;;
  esac
  [ $# -gt 3 ] || listed=
  case $how in
    nc-ll) exec nc -ll -p "$2" "$1" -e sh -c 'eval "$PRISTINE_RELAY_NC"' sh "$3" "$2" $listed ;;
    nc-lk) exec nc -lk -s "$1" -p "$2" -e sh -c 'eval "$PRISTINE_RELAY_NC"' sh "$3" "$2" $listed ;;
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
    port=\${one%%:*} hex=\${one#*:} to= from=$peers
    case $hex in *:open) hex=\${hex%:open} from= ;; esac
    case $at in *" 0100007F:$hex "*) to=127.0.0.1 ;; *" \${none6%$none}01000000:$hex "*) to=::1 ;; esac
    eval "pid=\\$pid$port"
    [ "$pid" ] && ! kill -0 "$pid" && pid=
    if [ "$pid" ]; then
      [ "$to" ] || { kill "$pid"; pid=; }
    elif [ "$to" ]; then
      case $at in
        *" $none:$hex "* | *" $none6:$hex "* | *" $own:$hex "*) ;;
        *) relay "$ip" "$port" "$to" $from & pid=$! ;;
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
  const ports = relayedPorts(run)
  if (ports.length === 0) return
  const { NetworkSettings } = (await inspectContainer(engine, container)) ?? {}
  const networks = Object.values(NetworkSettings?.Networks ?? {}).filter(({ IPAddress }) => IPAddress)
  // The engine forwards ports to no network that is internal, and so has no gateway.
  const network = networks.find(({ Gateway }) => Gateway) ?? networks[0]
  if (network === undefined) return
  const command = relayCommand(network.IPAddress, network.Gateway, ports)
  await startDetached(engine, container, { ...command, user: '0' }).catch((error: unknown) => {
    if (!isProductError(error, 'engine-refused')) throw error
  })
}

/** The supervising command for published ports, of a container at an IPv4 address in a network with a gateway. */
export function relayCommand(
  ip: string,
  gateway: string,
  ports: readonly Pick<PortRequest, 'container' | 'address'>[],
): Required<Pick<CommandSpec, 'command' | 'env'>> {
  const peers = [gateway, ip].filter((address) => address !== '')
  const open = new Set(
    ports.flatMap((port) => (isLoopback(port.address ?? LOOPBACK) ? [] : [port.container])),
  )
  const watched = [...new Set(ports.map(({ container }) => container))].map(
    (port) => `${port}:${hexOf(port, 4)}${open.has(port) ? ':open' : ''}`,
  )
  const own = [ip, addressInProc(ip), peers.join(' '), peers.map(addressInProc).join(' ')]
  return {
    command: ['/bin/sh', '-c', 'eval "$PRISTINE_RELAY"', 'sh', ...own, ...watched],
    env: [
      `PRISTINE_RELAY=${SUPERVISE}`,
      `PRISTINE_RELAY_PERL=${PERL_RELAY}`,
      `PRISTINE_RELAY_PYTHON=${PYTHON_RELAY}`,
      `PRISTINE_RELAY_NODE=${NODE_RELAY}`,
      `PRISTINE_RELAY_NC=${NC_RELAY}`,
    ],
  }
}

/** Where a port is published whose definition says nothing else. */
const LOOPBACK = '127.0.0.1'

const hexOf = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0')

/** As `/proc/net/tcp` has it: its bytes from the last to the first. */
const addressInProc = (ip: string): string =>
  ip
    .split('.')
    .reverse()
    .map((byte) => hexOf(Number(byte), 2))
    .join('')
