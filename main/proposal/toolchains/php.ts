import { chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import {
  commandIn,
  type Draft,
  forwardPorts,
  inputs,
  type Port,
  type Reasoned,
  setting,
} from '../draft/draft.ts'
import { keysAt, textAt } from '../draft/parsed-values.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions } from '../draft/tool-versions.ts'

/** Extensions that the image does not have and can compile, with the Debian packages that this takes. */
const EXTENSIONS: Record<string, string[]> = {
  bcmath: [],
  calendar: [],
  exif: [],
  gd: ['libpng-dev'],
  gettext: [],
  intl: ['libicu-dev'],
  mysqli: [],
  opcache: [],
  pcntl: [],
  pdo_mysql: [],
  pdo_pgsql: ['libpq-dev'],
  pgsql: ['libpq-dev'],
  soap: ['libxml2-dev'],
  sockets: [],
  xsl: ['libxslt1-dev'],
  zip: ['libzip-dev'],
}
/** Those that the image has. */
const PRESENT =
  /^(?:core|ctype|curl|date|dom|fileinfo|filter|hash|iconv|json|libxml|mbstring|openssl|pcre|pdo|pdo_sqlite|phar|posix|readline|reflection|session|simplexml|sodium|spl|sqlite3|standard|tokenizer|xml|xmlreader|xmlwriter|zlib)$/

/** Recognises PHP by a composer.json: https://getcomposer.org/doc/04-schema.md */
export async function php(look: ProjectReader): Promise<Draft | undefined> {
  if (!look.has('composer.json')) return undefined
  const from = look.path('composer.json')
  const manifest = await look.json('composer.json')
  const platform = textAt(manifest, 'config', 'platform', 'php')
  const range = textAt(manifest, 'require', 'php')
  const said: VersionSource[] = [
    ...(await toolVersions(look, 'php')),
    ...(platform === undefined ? [] : [{ from, text: platform }]),
    ...(range === undefined ? [] : [{ from, text: range, dialect: 'composer' as const }]),
  ]
  const chosen = chooseVersion(LANGUAGES.php, said)
  for (const warning of chosen.warnings) look.warn(warning)
  const names = [...keysAt(manifest, 'require'), ...keysAt(manifest, 'require-dev')]
  const locked = look.has('composer.lock')
  if (!locked && manifest !== undefined) {
    look.warn(`There is no ${look.path('composer.lock')}: the first start writes it; commit it.`)
  }
  const [hook, how] = locked
    ? ['updateContentCommand', 'Once for a version: its image holds what is installed.']
    : ['postCreateCommand', 'Whenever a container is made, because nothing locks them.']
  const install = setting(
    hook,
    commandIn(look.at, 'composer install --no-interaction'),
    `Installs the packages that ${locked ? 'composer.lock' : 'composer.json'} names into the folder "vendor". ${how}`,
    look.path(locked ? 'composer.lock' : 'composer.json'),
  )
  const dockerfile = linesOf(look, chosen, names)
  const because = {
    reason: 'PHP and Composer come from two images; the Dockerfile brings them together.',
    from,
  }
  return {
    stack: 'PHP',
    from,
    base: { dockerfile, because },
    settings: [
      ...(manifest === undefined
        ? []
        : [
            install,
            ...inputs(look, locked ? ['composer.lock'] : ['composer.json'], 'the installation reads it.'),
          ]),
      ...forwardPorts(portOf(names, from)),
    ],
    dependencies: names.map((name) => ({ name, file: from })),
  }
}

function linesOf(
  look: ProjectReader,
  chosen: { version: string; reason: string; from: string | null },
  names: string[],
) {
  const from = look.path('composer.json')
  const wanted = names.flatMap((name) => (name.startsWith('ext-') ? [name.slice(4).toLowerCase()] : []))
  const known = [...new Set(wanted)].filter((name) => Object.hasOwn(EXTENSIONS, name)).sort()
  for (const name of wanted) {
    if (PRESENT.test(name) || known.includes(name)) continue
    look.warn(`${from} asks for the extension ${name.slice(0, 40)}, which this does not know how to install.`)
  }
  const packages = ['git', 'unzip', ...new Set(known.flatMap((name) => EXTENSIONS[name] ?? []))].join(' ')
  const lines: Reasoned[] = [
    { text: `FROM php:${chosen.version}-cli`, reason: chosen.reason, from: chosen.from },
    {
      text: `RUN apt-get update && apt-get install -y --no-install-recommends ${packages} && rm -rf /var/lib/apt/lists/*`,
      reason: 'What Composer unpacks with, and what the extensions are compiled with.',
      from: null,
    },
  ]
  if (known.length > 0) {
    lines.push({
      text: `RUN docker-php-ext-install ${known.join(' ')}`,
      reason: 'The extensions that the project asks for.',
      from,
    })
  }
  lines.push({
    text: 'COPY --from=composer:2 /usr/bin/composer /usr/local/bin/composer',
    reason: 'Composer, which installs the packages.',
    from,
  })
  return lines
}

function portOf(names: string[], from: string): Port | undefined {
  const how = 'It listens on localhost only unless told otherwise'
  if (names.includes('laravel/framework')) {
    const reason = `Where Laravel serves while developing. ${how}: "php artisan serve --host=0.0.0.0".`
    return { port: 8000, reason, from }
  }
  if (!names.includes('symfony/framework-bundle')) return undefined
  return {
    port: 8000,
    reason: `Where Symfony serves while developing. ${how}: "php -S 0.0.0.0:8000 -t public".`,
    from,
  }
}
