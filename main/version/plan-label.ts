import { canonical } from '../../shared/canonical.ts'
import type { Plan } from '../../shared/plan.ts'
import { LABEL } from '../docker/labels.ts'

type Labels = Record<string, string>

/** In characters. What reads a Dockerfile takes the square of a value's length in time: 2 s for 60 KB. */
const PIECE = 2_000

/**
 * The labels of an image that hold a plan in its canonical form. A plan of more than one piece is in labels that are
 * numbered from 1, and how many they are in the label itself: those that a base image brought count for nothing.
 */
export function planLabels(plan: Plan): Labels {
  const text = canonical(plan)
  if (text.length <= PIECE) return { [LABEL.plan]: text }
  const pieces: string[] = []
  for (let at = 0; at < text.length; at += pieces.at(-1)?.length ?? 0) {
    // A character of two units stays whole.
    const cut = isFirstOfTwo(text.charCodeAt(at + PIECE - 1)) ? PIECE - 1 : PIECE
    pieces.push(text.slice(at, at + cut))
  }
  const numbered = pieces.map((piece, at) => [`${LABEL.plan}.${at + 1}`, piece])
  return { [LABEL.plan]: String(pieces.length), ...Object.fromEntries(numbered) }
}

const isFirstOfTwo = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00

/** The text of the plan in an image's labels, whoever wrote it; empty where there is none, or not all of it. */
export function readPlanLabel(labels: Labels | null | undefined): string {
  const text = labels?.[LABEL.plan] ?? ''
  if (!/^[1-9]\d{0,5}$/.test(text)) return text
  const pieces = Array.from({ length: Number(text) }, (_, at) => labels?.[`${LABEL.plan}.${at + 1}`])
  return pieces.includes(undefined) ? '' : pieces.join('')
}
