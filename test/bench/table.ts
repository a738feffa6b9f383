import type { Lone } from './alone.ts'
import type { Phase } from './breakdown.ts'
import type { Figure } from './figures.ts'
import type { Spread } from './sample.ts'
import type { ScreenFigure } from './screens.ts'

/** A Markdown table; all columns but the first `text` ones are numbers. */
function table(head: string[], text: number, rows: string[][]): string {
  const rule = head.map((_, i) => (i < text ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function figureTable(figures: Figure[]): string {
  const head = ['Work', 'Against', 'Goal', 'Ratio (min–max)', 'Ratio of processor time', 'Median times']
  return table(
    head,
    2,
    figures.map(({ work, against, reach, pairs: { ratio, processor, ours, theirs } }) => [
      work,
      against,
      reach === undefined ? '' : `≤ ${reach}`,
      `**${two(ratio.median)}** (${two(ratio.min)}–${two(ratio.max)})`,
      processor ? two(processor.median) : '',
      `${ms(ours.median)} : ${ms(theirs.median)}`,
    ]),
  )
}

export function screenTable(figures: ScreenFigure[]): string {
  return table(
    ['The app', 'Goal', 'Measured'],
    1,
    figures.map(({ what, reach, measured }) => [what, reach, measured]),
  )
}

export function loneTable(lones: Lone[]): string {
  return table(
    ['Whole process', 'Median (min–max)', 'Processor time'],
    1,
    lones.map(({ work, wall, processor }) => [work, range(wall), processor ? ms(processor.median) : '']),
  )
}

export function phaseTable(phases: Phase[]): string {
  return table(
    ['`up`, nothing to do, part by part', 'Median (min–max)', 'Engine calls'],
    1,
    phases.map(({ name, wall, calls }) => [name, range(wall), calls === 0 ? '' : String(calls)]),
  )
}

const two = (value: number) => value.toFixed(2)
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
const range = ({ median, min, max }: Spread) => `${ms(median)} (${ms(min)}–${ms(max)})`
