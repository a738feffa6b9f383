import { connect as connectTo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { unusedPort } from '../rig/port.ts'
import type { Figure } from './figures.ts'
import { inPairs } from './pairs.ts'
import type { Sample } from './sample.ts'
import { createSubject, type Subject } from './subject.ts'
import { type Peer, pristine } from './tools.ts'

/** Answers "ok" to whoever connects. */
const SERVER =
  "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 8000, Listen => 99, ReuseAddr => 1); " +
  'while ($c = $s->accept) { print $c "ok"; close $c }\''

/**
 * How long nobody answers on a port that both the old and the new environment need, while one is replaced by the other:
 * from the old one's last answer to the new one's first.
 */
export async function gapOfPort(count: number, peer: Peer): Promise<Figure> {
  await using own = await serving()
  await using theirs = await serving()
  await pristine(own.subject, 'up')
  await peer.up(theirs.subject)
  await Promise.all([answers(own.port), answers(theirs.port)])
  return {
    work: 'no answer on a fixed port during `reset`',
    against: 'during `devcontainer up --remove-existing-container`',
    pairs: await inPairs(
      count,
      () => gap(own.port, () => pristine(own.subject, 'reset')),
      () => gap(theirs.port, () => peer.up(theirs.subject, '--remove-existing-container')),
    ),
  }
}

async function serving(): Promise<AsyncDisposable & { subject: Subject; port: number }> {
  const port = await unusedPort()
  const subject = await createSubject({
    definition: {
      appPort: `${port}:8000`,
      postStartCommand: `setsid ${SERVER} >/dev/null 2>&1 </dev/null &`,
    },
  })
  return { subject, port, [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose]() }
}

/** The longest time between two answers, while work goes on and until it answers again afterwards. */
async function gap(port: number, work: () => Promise<unknown>): Promise<Sample> {
  let done = false
  const working = work().finally(() => {
    done = true
  })
  let longest = 0
  let last = performance.now()
  for (let answered = true; !(done && answered); ) {
    answered = await answer(port)
    if (answered) {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
    await pause(1)
  }
  await working
  return { wall: longest, processor: undefined }
}

async function answers(port: number): Promise<void> {
  while (!(await answer(port))) await pause(20)
}

/** Whether a new connection is answered. */
function answer(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTo({ port, host: '127.0.0.1', timeout: 1000 })
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    for (const event of ['error', 'close', 'timeout']) {
      socket.once(event, () => {
        socket.destroy()
        resolve(false)
      })
    }
  })
}
