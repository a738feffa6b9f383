import type { PortChoice } from './choose-ports.ts'

/**
 * How engines refuse a start because they cannot have a port of the host. Docker 20: "Bind for 127.0.0.1:4568 failed: port is
 * already allocated"; 28: "failed to bind host port for 127.0.0.1:4568:172.17.0.2:80/tcp: address already in use";
 * 29: "failed to bind host port 127.0.0.1:4568/tcp"; Podman's pasta: "Failed to bind port 4568 (Address already in use)";
 * Docker Desktop: "Ports are not available: ...: bind: permission denied", and on Windows "... forbidden by its access permissions";
 * rootless engines: "cannot expose privileged port 80, ...: listen tcp4 127.0.0.1:80: bind: permission denied".
 */
const REFUSED =
  /port is already allocated|address already in use|failed to bind (?:host )?port|cannot expose privileged port|ports are not available/i
/** Not that the port is taken, but that the engine's user may not bind it. */
const FORBIDDEN = /permission denied|privileged port|forbidden by its access/i

/**
 * Which of a container's ports the engine cannot have, by its own words for the refused start. The first number in there
 * that is the host's side of one is meant; where there is none, the port that must be this one. Undefined where the words
 * are of something else, and where the engine may not bind a port that must be this one: then its words say more.
 */
export function takenPort(problem: string, ports: PortChoice[]): PortChoice | undefined {
  if (!REFUSED.test(problem)) return undefined
  const isForbidden = FORBIDDEN.test(problem)
  const named = [...problem.matchAll(/[:\s](\d{1,5})(?![\d.])/g)].map(([, digits]) => Number(digits))
  for (const number of named) {
    const found = ports.find(({ host }) => host === number)
    if (found) return isForbidden && found.request.fixed ? undefined : found
  }
  return isForbidden ? undefined : ports.find(({ request }) => request.fixed)
}
