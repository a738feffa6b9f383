import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const RENDERER = path.join(import.meta.dirname, '../../../renderer')

/** What a declaration takes from the tokens of theme.css, and what of its value is allowed beside them. */
const RULES: [string, RegExp, RegExp][] = [
  ['font size', /^font-size$/, /^(?:var\(--size-\w+\)|inherit)$/],
  ['font', /^font$/, /^(?:inherit|(?:\d{3} )?var\(--size-\w+\)(?: \/ [\d.]+)? var\(--(?:font|mono)\))$/],
  ['radius', /^border(?:-\w+)*-radius$/, /^(?:var\(--radius(?:-\w+)?\)|0|inherit|\s)+$/],
  [
    'space',
    /^(?:padding|margin|gap|row-gap|column-gap)(?:-\w+)*$/,
    /^(?:[^\d]|var\(--space-\d\)|calc\(-?\d \* |\b0\b|\d+(?:vh|%))+$/,
  ],
  ['motion', /^(?:transition|animation)$/, /^(?!.*\d+m?s\b)/],
]

/** A colour that is written out instead of named, or made from a named one. */
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\((?!from var\()/i

/** The faults of a style sheet: "radius: border-radius: 3px". */
function faults(css: string): string[] {
  const declarations = css
    .replace(/\/\*.*?\*\//gs, '')
    .matchAll(/(?<=[{;]\s*)([a-z-]+):\s*([^;{}]+)(?=[;}])/g)
  return [...declarations].flatMap(([, property = '', value = '']) => {
    const broken = RULES.filter(([, of, allowed]) => of.test(property) && !allowed.test(value))
    const names = [...broken.map(([name]) => name), ...(COLOUR.test(value) ? ['colour'] : [])]
    return names.map((name) => `${name}: ${property}: ${value}`)
  })
}

describe('the styles', () => {
  const sheets = globSync('**/*.css', { cwd: RENDERER }).filter((name) => name !== 'theme.css')

  test.each(sheets)('%s takes sizes, radii, space, motion and colours from the tokens', (name) => {
    expect(faults(readFileSync(path.join(RENDERER, name), 'utf8'))).toEqual([])
  })

  test.each([
    ['font-size: 13px', 'font size'],
    ['font: 12.5px / 1.6 var(--mono)', 'font'],
    ['border-radius: 0 0 9px 9px', 'radius'],
    ['padding: 5px var(--space-3)', 'space'],
    ['transition: transform 120ms', 'motion'],
    ['color: #fff', 'colour'],
    ['box-shadow: 0 0 2px rgba(0, 0, 0, 0.1)', 'colour'],
  ])('"%s" is a fault: %s', (declaration, name) => {
    expect(faults(`.a {\n  ${declaration};\n}`)).toEqual([`${name}: ${declaration}`])
  })
})
