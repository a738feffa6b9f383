import { Button } from '@mantine/core'
import { useStore } from 'zustand'
import type { ProjectKey } from '../../../shared/ids.ts'
import { projects } from '../../store/projects/projects.ts'

/** The environments for which something was chosen, and the way back for each. */
export function ProjectChoices({
  chosen,
  words,
  change,
}: {
  chosen: ProjectKey[]
  /** `none` is shown if there is no environment, `text` above them, `back` on each one's button. */
  words: { none: string; text: string; back: string; backOf(name: string): string }
  change(chosen: ProjectKey[]): void
}) {
  const known = useStore(projects, (store) => store.projects)
  if (chosen.length === 0) return <p className="dim">{words.none}</p>
  return (
    <>
      <p className="dim">{words.text}</p>
      <ul>
        {chosen.map((key) => {
          const name = known?.find((project) => project.key === key)?.name ?? key
          return (
            <li key={key} className="settings-row">
              <span>{name}</span>
              <Button
                size="compact-sm"
                aria-label={words.backOf(name)}
                onClick={() => change(chosen.filter((other) => other !== key))}
              >
                {words.back}
              </Button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
