import * as z from 'zod/mini'

const HOST = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?'
/** Neither an option for a program that is given it, nor anything a shell or a terminal would obey. */
const PATH = '[A-Za-z0-9._~%+,=@][A-Za-z0-9._~%+,=@:/-]*'

const FORMS = [
  new RegExp(`^https://${HOST}(?::\\d{1,5})?/${PATH}$`),
  new RegExp(`^ssh://(?:[A-Za-z0-9_][\\w.-]*@)?${HOST}(?::\\d{1,5})?/${PATH}$`),
  new RegExp(`^git@${HOST}:/?${PATH}$`),
]
/** There is nobody between this computer and itself. */
const LOOPBACK = new RegExp(`^http://(?:127\\.0\\.0\\.1|localhost)(?::\\d{1,5})?/${PATH}$`)

/**
 * Where git may clone from: `https://`, `ssh://` or `git@host:path`, and nothing else that git would take, such as
 * `ext::` (which runs a program), `file:`, or what begins with a dash. An https address holds no name and no password.
 */
export const GitAddress = z.string().check(
  z.maxLength(1000),
  z.refine((text) => FORMS.some((form) => form.test(text)), 'An https, ssh or git@ address is expected.'),
)

/** The same, or `http://` on this very computer: what a person types, and no link of a page may ask for. */
export const CloneAddress = z.union([GitAddress, z.string().check(z.maxLength(1000), z.regex(LOOPBACK))])

/** A branch, tag or commit, by git's own rules for names (`git check-ref-format`), and not an option. */
export const GitReference = z.string().check(
  z.regex(/^[A-Za-z0-9_][A-Za-z0-9._/+#=-]{0,199}$/),
  z.refine((name) => !/\.\.|\/\/|\/\.|\.(?:lock)?(?:\/|$)|\/$/.test(name), 'It is no name that git accepts.'),
)

/** An address, or a text with addresses, without the names and passwords in them. */
export const withoutCredentials = (text: string): string =>
  text.replace(/(:\/\/)[^/\s]*@/g, '$1').replace(/(^|\s)[^\s/@:]+:[^\s/@]*@/g, '$1')
