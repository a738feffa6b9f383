/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Dockerfiles write variables. */
import fc from 'fast-check'
import { grownDockerfile, grownJson } from './grown.ts'
import { jsonEdit } from './json-edits.ts'
import { strangeText } from './strange.ts'
import { byteEdit, offsetIn, type TextEdit, textEdit } from './text-edits.ts'
import { DEFINITIONS, DOCKERFILES, NAMES } from './texts.ts'

/** What one case puts into a project's folder. */
export interface ProjectTexts {
  /** None: the Dockerfile alone is the definition. */
  devcontainer: Buffer | undefined
  dockerfile: Buffer
  /** Whether the project is a folder of a repository, or not in one. */
  inRepository: boolean
}

const edited = (base: fc.Arbitrary<string>, edit: fc.Arbitrary<TextEdit>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      base,
      fc.array(edit, { maxLength: 4 }),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(byteEdit, { maxLength: 2 }) },
      ),
    )
    .map(([text, edits, byteEdits]) => {
      const whole = edits.reduce((before, change) => change(before), text)
      return byteEdits.reduce<Buffer>((before, change) => change(before), Buffer.from(whole))
    })

const mutatedJson = fc
  .tuple(fc.constantFrom(...DEFINITIONS), fc.array(jsonEdit(NAMES), { maxLength: 4 }))
  .map(([definition, edits]) => edits.reduce<unknown>((value, change) => change(value), definition))

/** JSON as people write it: on one line or many, with comments and commas that JSON itself has not. */
const written = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .tuple(value, fc.constantFrom(0, 2, 2, '\t'), fc.boolean(), fc.oneof(fc.constant(''), strangeText))
    .map(([json, indent, relaxed, comment]) => {
      const text = JSON.stringify(json, null, indent)
      return relaxed ? `// ${comment}\n${text.replaceAll(/([\]}])$/gm, ',$1 /* x */')}` : text
    })

const devcontainer = fc.oneof(
  { weight: 14, arbitrary: edited(written(mutatedJson), textEdit) },
  {
    weight: 26,
    arbitrary: edited(
      written(mutatedJson),
      fc.constant((text: string) => text),
    ),
  },
  {
    weight: 1,
    arbitrary: edited(
      written(grownJson(fc.constantFrom(...DEFINITIONS))),
      fc.constant((text: string) => text),
    ),
  },
)

/** Words that mean something in a Dockerfile, put into one where they may mean something else. */
const wordEdit: fc.Arbitrary<TextEdit> = fc
  .tuple(
    fc.nat(9999),
    fc.constantFrom(
      ...'FROM a |FROM b AS c\n| AS |\nFROM |ARG |ENV |X=|$X|${X:-|${X#|${X//|}|"|\'|\\\n|`\n|COPY |ADD |--from=|--from=0 |RUN |--mount=type=bind,|,source=|,from=|<<E|<<-E|\nE\n|ONBUILD |https://x.org/y |["a", "b"]|. |--parents |--platform=$BUILDPLATFORM |TARGETARCH|# escape=`\n|# syntax=x/y\n|#|--security=insecure |--network=host |type=secret|\ngit@x.org:a/b.git '.split(
        '|',
      ),
    ),
  )
  .map(([where, word]) => (text) => {
    const at = offsetIn(text, where)
    return text.slice(0, at) + word + text.slice(at)
  })

const dockerfile = fc.oneof(
  { weight: 40, arbitrary: edited(fc.constantFrom(...DOCKERFILES), fc.oneof(textEdit, wordEdit)) },
  {
    weight: 1,
    arbitrary: edited(
      grownDockerfile,
      fc.constant((text: string) => text),
    ),
  },
)

const plain = fc.constantFrom(...DOCKERFILES).map((text) => Buffer.from(text))

const anyTexts = fc.oneof<fc.MaybeWeightedArbitrary<ProjectTexts>[]>(
  {
    weight: 2,
    arbitrary: fc.record({ devcontainer: fc.constant(undefined), dockerfile, inRepository: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ devcontainer, dockerfile: plain, inRepository: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ devcontainer, dockerfile, inRepository: fc.boolean() }) },
)

/**
 * The texts of a project, at least one of them changed into what nobody meant. Unbiased, because each case is the first of a run, of which fast-check makes a simple one.
 */
export const projectTexts: fc.Arbitrary<ProjectTexts> = fc.noBias(anyTexts)
