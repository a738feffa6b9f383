/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how definitions write variables. */
import fc from 'fast-check'

/** Below the megabyte that is read of a text at all. */
const MOST = 300_000

/** From one to a hundred thousand, small numbers as often as large ones. */
const times = fc.integer({ min: 0, max: 50 }).map((tenth) => Math.floor(10 ** (tenth / 10)))

/** `count` items, or as many as fit. */
function repeated(item: (index: number) => string, count: number): string[] {
  const items: string[] = []
  let length = 0
  for (let index = 0; index < count && length < MOST; index++) {
    const text = item(index)
    length += text.length
    items.push(text)
  }
  return items
}

/** Lines that grow what is read: text that doubles, stages on stages, triggers, variables, sources. */
const LINES: ((index: number) => string)[] = [
  () => 'ARG X=$X$X',
  () => 'ENV X="${X}${X}" Y=$X',
  () => 'ENV X=${X:-a}${X:+b}',
  () => 'ENV X=${X//a*b/ab}${X##*a}',
  () => `ENV X=${'ab'.repeat(500)}`,
  () => `ENV Y=\${X%%${'*a'.repeat(50)}}`,
  (index) => `ENV V${index}=$V${index - 1}`,
  (index) => `ARG V${index}=x`,
  (index) => `FROM s${index} AS s${index + 1}`,
  () => 'FROM s0 AS s1',
  () => 'FROM s1 AS s0',
  (index) => `FROM scratch AS t${index}`,
  (index) => `FROM i${index}`,
  (index) => `ONBUILD RUN --mount=from=s0 ${index}`,
  (index) => `ONBUILD ADD https://x.org/${index} /d`,
  (index) => `COPY f${index} /d`,
  (index) => `COPY f* **/g${index} /d`,
  (index) => `COPY --from=s${index} a /d`,
  (index) => `COPY --from=${index} a /d`,
  (index) => `COPY --from=i${index} a /d`,
  (index) => `RUN --mount=type=bind,source=f${index} x`,
  (index) => `ADD https://x.org/${index} /d`,
  (index) => `RUN <<E${index} <<-F\n$X\nE${index}\n\tF`,
  () => 'RUN <<',
  () => '\\',
  () => 'RUN x \\',
  () => '# a comment',
  () => '# syntax=a/b',
  () => '',
]

const block = fc
  .tuple(fc.constantFrom(...LINES), times)
  .map(([line, count]) => `${repeated(line, count).join('\n')}\n`)

/** Pieces of one long word. */
const PIECES =
  '${x:-|${|$|$x|{|}|"|\'|\\|`|<<|<|*|*a|?|[|[a|../|./|a/|**/|,|=|:|@|--|-|#|//|\t|\r| |a|é|😀|\u0000|["a",|${x/a/|${x##*}'.split(
    '|',
  )

const longWord = fc
  .tuple(fc.constantFrom(...PIECES), fc.constantFrom('', ...PIECES), times)
  .map(([one, other, count]) => repeated(() => one + other, count).join(''))

const OPENINGS =
  'FROM |ARG X=|ENV X=|ENV |COPY |COPY ["a", |ADD |ADD https://x.org/|RUN |RUN --mount=|RUN --mount=type=bind,source=|COPY --from=|COPY --parents |ONBUILD COPY |LABEL |# syntax=|# escape=||EXPOSE '.split(
    '|',
  )

const longLine = fc
  .tuple(
    fc.constantFrom(...OPENINGS),
    longWord,
    fc.constantFrom('', ' /d', '}', '"', '\\', '"]'),
    fc.boolean(),
  )
  .map(([opening, word, end, broken]) => {
    const text = opening + word + end
    // A line may be longer than a line, if it is continued.
    return `${broken ? text.replaceAll(/.{50000}/gs, '$&\\\n') : text}\n`
  })

/** Dockerfiles of many or long lines. */
export const grownDockerfile: fc.Arbitrary<string> = fc
  .tuple(fc.boolean(), fc.array(fc.oneof(block, block, longLine), { minLength: 1, maxLength: 3 }))
  .map(([based, parts]) => (based ? 'ARG X=a\nFROM a AS s0\nARG X=b\n' : '') + parts.join(''))

const list = (item: (index: number) => unknown) => (count: number) =>
  repeated((index) => JSON.stringify(item(index)), count).map((text): unknown => JSON.parse(text))

const record = (item: (index: number) => [string, unknown]) => (count: number) =>
  Object.fromEntries(list(item)(count) as [string, unknown][])

/** Values of a definition that can be long, by the keys that lead to them. */
const LONG: [path: string, value: (count: number) => unknown][] = [
  ['forwardPorts', list((index) => (index % 65535) + 1)],
  ['forwardPorts', list((index) => `localhost:${(index % 65535) + 1}`)],
  ['appPort', list((index) => `${(index % 65535) + 1}:${((index * 7) % 65535) + 1}/udp`)],
  ['portsAttributes', record((index) => [String(index), { label: 'x' }])],
  ['portsAttributes', record((index) => [`${index}-${index + 5}`, {}])],
  ['containerEnv', record((index) => [`V${index}`, '${containerWorkspaceFolder}${localEnv:HOME}'])],
  ['remoteEnv', record((index) => [`V${index}`, '${containerEnv:PATH}'])],
  ['build.args', record((index) => [`V${index}`, '${containerWorkspaceFolder}'])],
  ['build.args', record((index) => [`V${index}`, '${localEnv:PATH}'])],
  ['mounts', list((index) => `source=v${index},target=/t${index},type=volume`)],
  ['mounts', list((index) => `source=\${localWorkspaceFolder}/${index},target=/t${index},type=bind`)],
  ['mounts', list((index) => ({ type: 'tmpfs', target: `/t${index}` }))],
  ['runArgs', list((index) => `--dns=${index}`)],
  ['runArgs', list((index) => `--env=V${index}=x`)],
  ['runArgs', list((index) => `--label=l${index}`)],
  ['runArgs', list((index) => `--add-host=h${index}:1`)],
  ['runArgs', list((index) => `--cap-drop=${index}`)],
  ['runArgs', list((index) => `--ulimit=nofile=${index}`)],
  ['runArgs', list((index) => `-vv${index}:/t${index}`)],
  ['runArgs', list((index) => `-p${(index % 65535) + 1}`)],
  ['onCreateCommand', record((index) => [`c${index}`, `bash ./${index}.sh && ./${index}/b`])],
  ['postCreateCommand', list((index) => `./${index}`)],
  ['customizations.pristine.inputs', list((index) => `f${index}*`)],
  ['customizations.pristine.inputs', list((index) => `**/d${index}/**/*.x`)],
  ['customizations', record((index) => [`k${index}`, {}])],
  ['', record((index) => [`unknownKey${index}`, index])],
  ['', record((index) => [`mont${index}`, index])],
]

const TEXTS =
  'name image dockerFile context workspaceFolder workspaceMount containerUser remoteUser appPort onCreateCommand build.dockerfile build.target build.context'.split(
    ' ',
  )
/** Lists whose one item can be long. */
const TEXTS_IN_LISTS = [
  'mounts',
  'runArgs',
  'forwardPorts',
  'postCreateCommand',
  'customizations.pristine.inputs',
]

const HEADS = [
  '',
  '/',
  '--volume=',
  '--mount=',
  '--tmpfs=/',
  '--env=',
  '--add-host=',
  'source=',
  '${localWorkspaceFolder}/',
]

const longValue: fc.Arbitrary<[path: string, value: unknown]> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...LONG), times)
    .map(([[path, value], count]): [string, unknown] => [path, value(count)]),
  fc
    .tuple(fc.constantFrom(...TEXTS, ...TEXTS_IN_LISTS), fc.constantFrom(...HEADS), longWord)
    .map(([path, head, word]): [string, unknown] => [
      path,
      TEXTS_IN_LISTS.includes(path) ? [head + word] : head + word,
    ]),
)

/** An object with long values in it; what else it holds comes from `base`. */
export const grownJson = (base: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc
    .tuple(base, fc.array(longValue, { minLength: 1, maxLength: 2 }))
    .map(([object, values]) => values.reduce((whole, [path, value]) => placed(whole, path, value), object))

function placed(object: object, path: string, value: unknown): object {
  if (path === '') return { ...object, ...(value as object) }
  const [key = '', ...rest] = path.split('.')
  const inner: unknown = (object as Record<string, unknown>)[key]
  const below = typeof inner === 'object' && inner !== null ? inner : {}
  return { ...object, [key]: rest.length === 0 ? value : placed(below, rest.join('.'), value) }
}
