import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Execute, runCommands } from '../../../main/container/start/run-hooks.ts'
import type { HookName } from '../../../shared/definition.ts'
import type { OperationEvent } from '../../../shared/operation.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The notes while a command of a hook runs for so many milliseconds. */
async function notesOf(hook: HookName, duration: number): Promise<string[]> {
  const events: OperationEvent[] = []
  const execute: Execute = () => new Promise((resolve) => setTimeout(() => resolve(0), duration))
  const run = {
    signal: new AbortController().signal,
    report: (event: OperationEvent) => void events.push(event),
  }
  const running = runCommands(hook, ['npm start'], execute, run)
  await vi.advanceTimersByTimeAsync(duration)
  await running
  expect(vi.getTimerCount()).toBe(0)
  return events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))
}

test('a hook of each start that does not end is remarked on, once, and waited for', async () => {
  const notes = await notesOf('postAttachCommand', 300_000)
  expect(notes).toEqual([expect.stringMatching(/^postAttachCommand has not ended yet.*in the background/)])
  expect(await notesOf('postStartCommand', 29_000)).toEqual([])
})

test('what prepares an environment may take its time', async () => {
  expect(await notesOf('postCreateCommand', 300_000)).toEqual([])
})
