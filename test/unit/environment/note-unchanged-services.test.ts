import { expect, test } from 'vitest'
import { noteUnchangedServices } from '../../../main/environment/note-unchanged-services.ts'
import { silentRun } from '../../../main/operation/silent-run.ts'
import type { OperationEvent } from '../../../shared/operation.ts'
import type { Plan } from '../../../shared/plan.ts'

/** Notes about plans whose services have these commands, by their names. */
function notes(before: Record<string, string>, after: Record<string, string>): string[] {
  const plan = (commands: Record<string, string>) =>
    ({
      services: Object.entries(commands).map(([name, command]) => ({ name, compose: { command } })),
    }) as unknown as Plan
  const events: OperationEvent[] = []
  const report = (event: OperationEvent) => events.push(event)
  noteUnchangedServices(plan(before), plan(after), { ...silentRun(), report })
  return events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))
}

test('services that are replaced although they did not change are named', () => {
  const rest = 'replaced too: the services of a version start together.'
  expect(notes({ web: 'a', db: 'b' }, { web: 'c', db: 'b' })).toEqual([`db did not change and is ${rest}`])
  expect(notes({ web: 'a', db: 'b', q: 'c' }, { web: 'x', db: 'b', q: 'c' })).toEqual([
    `db, q did not change and are ${rest}`,
  ])
})

test('where all services changed, or none by itself, nothing is said', () => {
  expect(notes({ web: 'a', db: 'b' }, { web: 'c', db: 'd' })).toEqual([])
  expect(notes({ web: 'a', db: 'b' }, { web: 'a', db: 'b' })).toEqual([])
  expect(notes({ app: 'a' }, { web: 'a' })).toEqual([])
})
