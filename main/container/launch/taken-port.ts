import type { PortChoice } from './choose-ports.ts'

/**
 * How engines refuse a start because a port of the host is taken. Docker 20: "Bind for 127.0.0.1:4568 failed: port is
 * already allocated"; 28: "failed to bind host port for 127.0.0.1:4568:172.17.0.2:80/tcp: address already in use";
 * 29: "failed to bind host port 127.0.0.1:4568/tcp"; Podman's pasta: "Failed to bind port 4568 (Address already in use)".
 */
const TAKEN = /port is already allocated|address already in use|failed to bind host port/i
/** Not that the port is taken, but that the engine's user may not bind it. */
const FORBIDDEN = /permission denied/i

/**
 * Which of a container's ports the engine found taken, by its own words for the refused start. The first number in there
 * that is the host's side of one is meant; where there is none, the port that must be this one. Undefined where the words
 * are of something else.
 */
export function takenPort(problem: string, ports: PortChoice[]): PortChoice | undefined {
  if (!TAKEN.test(problem) || FORBIDDEN.test(problem)) return undefined
  const named = [...problem.matchAll(/[:\s](\d{1,5})(?![\d.])/g)].map(([, digits]) => Number(digits))
  for (const number of named) {
    const found = ports.find(({ host }) => host === number)
    if (found) return found
  }
  return ports.find(({ request }) => request.fixed)
}
