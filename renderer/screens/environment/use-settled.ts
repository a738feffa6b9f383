import { useRef } from 'react'
import type { ProjectSummary } from '../../../shared/project.ts'

/**
 * What has to be asked anew when it changes: the facts of an environment, and the last operation, once nothing goes on. An
 * engine measures its disk for seconds, and slows down what it does meanwhile.
 */
export function useSettled({ operation }: ProjectSummary, facts: string): string {
  const last = useRef('')
  const settled = useRef(facts)
  if (operation) last.current = operation.id
  else settled.current = `${facts} ${last.current}`
  return settled.current
}
