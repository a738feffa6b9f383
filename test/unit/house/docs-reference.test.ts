import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { runProgram } from '../../../app/cli/program.ts'
import type { Entry } from '../../../shared/errors/entry.ts'

const root = path.join(import.meta.dirname, '../../..')
const page = (name: string) => readFileSync(path.join(root, 'docs', name), 'utf8')

/** The sections under headings of the third level, by heading without its backquotes. */
const sectionsOf = (text: string): Map<string, string> =>
  new Map(
    text
      .split(/^### +/m)
      .slice(1)
      .map((section): [string, string] => {
        const [heading = '', ...lines] = section.split(/^(?=## )/m)[0]?.split('\n') ?? []
        return [heading.replaceAll('`', ''), lines.join('\n').trim()]
      }),
  )

/** Every entry of the table of errors. */
async function errorEntries(): Promise<[string, Entry<unknown>][]> {
  const files = globSync('*.ts', { cwd: path.join(root, 'shared/errors') })
  const topics = await Promise.all(files.map((file) => import(path.join(root, 'shared/errors', file))))
  return topics
    .flatMap((topic) => Object.values<unknown>(topic))
    .flatMap((value) => (typeof value === 'object' && value !== null ? Object.entries(value) : []))
}

test('troubleshooting has every error code, its exit code, a cause and a next step, and no other code', async () => {
  const entries = await errorEntries()
  const sections = sectionsOf(page('troubleshooting.md'))
  expect([...sections.keys()].sort()).toEqual(entries.map(([code]) => code).sort())
  const wrong = entries.filter(([code, { exit }]) => {
    const form = new RegExp(`^Exit code ${exit}\\. [A-Z][\\s\\S]{10,}\\.\\n\\nNext: [a-z][\\s\\S]{10,}\\.$`)
    return !form.test(sections.get(code) ?? '')
  })
  expect(wrong.map(([code]) => code)).toEqual([])
})

/** What the command line prints for a person who asks for help. */
async function helpOf(...words: string[]): Promise<string> {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    await runProgram([...words, '--help'])
    return printed.mock.calls.map(([text]) => String(text)).join('')
  } finally {
    printed.mockRestore()
  }
}

/** The long options that a help text lists. */
const optionsIn = (help: string): string[] =>
  [...help.matchAll(/^ +(?:-\w, )?(--[a-z-]+|-C)\b/gm)].map(([, option = '']) => option)

test('commands has every command with its own options, and no other command', async () => {
  const text = page('commands.md')
  const sections = sectionsOf(text)
  const help = await helpOf()
  const names = [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].flatMap(
    ([, name = '']) => (name === 'help' ? [] : name),
  )
  expect([...sections.keys()].sort()).toEqual([...names].sort())
  const common = text.split(/^## /m).find((part) => part.startsWith('Options of every command')) ?? ''
  const wrong: string[] = []
  for (const name of names) {
    const usage = /^```\n(pristine [\s\S]*?)\n```/m.exec(sections.get(name) ?? '')?.[1] ?? ''
    const documented = new Set([...usage.matchAll(/--[a-z-]+/g)].map(([option]) => option))
    const options = optionsIn(await helpOf(name)).filter((option) => option !== '--help')
    for (const option of options)
      if (!documented.has(option) && !common.includes(`\`${option}`)) wrong.push(`${name} lacks ${option}`)
    for (const option of documented) if (!options.includes(option)) wrong.push(`${name} has no ${option}`)
  }
  expect(wrong).toEqual([])
})
