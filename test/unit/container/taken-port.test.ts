import { expect, test } from 'vitest'
import { takenPort } from '../../../main/container/launch/taken-port.ts'

const port = (host: number, container: number, fixed = false) => ({
  request: { container, host, protocol: 'tcp' as const, fixed },
  host,
})
const ports = [port(80, 8080), port(4568, 80), port(9000, 9000, true)]
const at28 =
  'failed to set up container networking: driver failed programming external connectivity on endpoint e1 (4568ab12): '

test.each([
  [
    'Docker 20.10',
    'driver failed programming external connectivity on endpoint x (8f12): Bind for 127.0.0.1:4568 failed: port is already allocated',
  ],
  [
    'Docker 20.10, another program',
    'driver failed programming external connectivity on endpoint x (8f12): Error starting userland proxy: listen tcp4 127.0.0.1:4568: bind: address already in use',
  ],
  [
    'Docker 28',
    `${at28}failed to bind host port for 127.0.0.1:4568:172.17.0.2:80/tcp: address already in use`,
  ],
  ['Docker 28, another container', `${at28}Bind for 127.0.0.1:4568 failed: port is already allocated`],
  ['Docker 29', `${at28}failed to bind host port 127.0.0.1:4568/tcp: address already in use`],
  ['Docker 29, without a reason', 'failed to bind host port 127.0.0.1:4568/tcp'],
  [
    'Docker 28, IPv6',
    `${at28}failed to bind host port for [::1]:4568:172.17.0.2:80/tcp: address already in use`,
  ],
  ['Podman', 'cannot listen on the TCP port: listen tcp4 127.0.0.1:4568: bind: address already in use'],
  [
    'Podman with pasta',
    "pasta failed with exit code 1: Failed to bind port 4568 (Address already in use) for option '-t 127.0.0.1/4568-4568:80-80'",
  ],
])("%s's words for a port that is taken name the port", (_, problem) => {
  expect(takenPort(problem, ports)).toMatchObject({ host: 4568, request: { container: 80 } })
})

test('where no port of ours is named, the one that must be this one is meant', () => {
  expect(takenPort('address already in use', ports)).toMatchObject({ host: 9000 })
  expect(takenPort('address already in use', ports.slice(0, 2))).toBeUndefined()
})

test.each([
  'failed to bind host port 127.0.0.1:80/tcp: permission denied',
  "error while calling RootlessKit PortManager.AddPort(): cannot expose privileged port 80, you can add 'net.ipv4.ip_unprivileged_port_start=80' to /etc/sysctl.conf (currently 1024), or set CAP_NET_BIND_SERVICE on rootlesskit binary, or choose a larger port number (>= 1024): listen tcp4 127.0.0.1:80: bind: permission denied",
  "pasta failed with exit code 1: Failed to bind port 80 (Permission denied) for option '-t 127.0.0.1/80-80:8080-8080'",
  'Ports are not available: exposing port TCP 127.0.0.1:80 -> 127.0.0.1:0: listen tcp 127.0.0.1:80: bind: permission denied',
  'Ports are not available: exposing port TCP 127.0.0.1:80 -> 127.0.0.1:0: listen tcp 127.0.0.1:80: bind: An attempt was made to access a socket in a way forbidden by its access permissions.',
])('a port that the engine may not bind is moved if it may be another one: %s', (problem) => {
  expect(takenPort(problem, ports)).toMatchObject({ host: 80, request: { container: 8080 } })
  expect(takenPort(problem, [port(80, 8080, true)])).toBeUndefined()
  expect(takenPort(problem, ports.slice(1))).toBeUndefined()
})

test('a refusal for another reason names none', () => {
  expect(takenPort('exec: "nothing": executable file not found in $PATH', ports)).toBeUndefined()
})
