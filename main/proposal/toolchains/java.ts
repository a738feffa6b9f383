import { type ChosenVersion, chooseVersion, LANGUAGES, type VersionSource } from '../draft/choose-release.ts'
import {
  type Because,
  commandIn,
  type Draft,
  forwardPorts,
  inputs,
  type Port,
  type Setting,
  setting,
} from '../draft/draft.ts'
import { portIn } from '../draft/parse-port.ts'
import type { ProjectReader } from '../draft/project-reader.ts'
import { toolVersions, versionFile } from '../draft/tool-versions.ts'
import { elements } from '../draft/xml-elements.ts'

const GRADLE = ['build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle']
const BAKED = 'They become part of the image.'

/** Recognises Java and its kin by the files of Maven or Gradle. */
export async function java(look: ProjectReader): Promise<Draft | undefined> {
  const mark = look.first('pom.xml', ...GRADLE)
  if (mark === undefined) return undefined
  const from = look.path(mark)
  const text = (await look.text(mark)) ?? ''
  const said = [...(await versions(look)), ...(mark === 'pom.xml' ? inPom(from, text) : inGradle(from, text))]
  const chosen = chooseVersion(LANGUAGES.java, said)
  for (const warning of chosen.warnings) look.warn(warning)
  const built = mark === 'pom.xml' ? maven(look, chosen, text) : gradle(look, chosen, from)
  const dependencies = (mark === 'pom.xml' ? elements(text, 'artifactId') : coordinates(text)).map(
    (name) => ({
      name,
      file: from,
    }),
  )
  return {
    stack: 'Java',
    from,
    base: { image: built.image, because: built.because },
    settings: [...built.settings, ...forwardPorts(await portOf(look, text, from))],
    dependencies,
  }
}

interface Built {
  image: string
  because: Because
  settings: Setting[]
}

const line = (version: string): string => version.split('.')[0] ?? version

function maven(look: ProjectReader, { version, reason, from }: ChosenVersion, pom: string): Built {
  const wrapped = look.has('mvnw')
  const file = look.path('pom.xml')
  const image = wrapped
    ? `eclipse-temurin:${line(version)}-jdk`
    : `maven:3.9-eclipse-temurin-${line(version)}`
  const because = {
    reason: `${reason} ${wrapped ? 'Maven is brought by the project itself (mvnw).' : 'With Maven.'}`,
    from,
  }
  // Its modules depend on each other, and are nowhere before they are built.
  if (elements(pom, 'module').length > 0) {
    look.warn(
      `${file} has several modules, so its dependencies are fetched by the first build, and again after a reset.`,
    )
    return { image, because, settings: [] }
  }
  const command = `${wrapped ? 'sh mvnw' : 'mvn'} --batch-mode dependency:go-offline`
  return {
    image,
    because,
    settings: [
      setting('onCreateCommand', commandIn(look.at, command), `Fetches the dependencies. ${BAKED}`, file),
      ...inputs(look, ['pom.xml'], 'it names the dependencies.'),
    ],
  }
}

function gradle(look: ProjectReader, { version, reason, from }: ChosenVersion, mark: string): Built {
  const wrapped = look.has('gradlew')
  const image = wrapped ? `eclipse-temurin:${line(version)}-jdk` : `gradle:8-jdk${line(version)}`
  const because = {
    reason: `${reason} ${wrapped ? 'Gradle is brought by the project itself (gradlew).' : 'With Gradle 8.'}`,
    from,
  }
  const command = `${wrapped ? 'sh gradlew' : 'gradle'} --no-daemon dependencies`
  const read = [
    ...GRADLE,
    'gradle.properties',
    'gradle/libs.versions.toml',
    'gradle/wrapper/gradle-wrapper.properties',
  ]
  const what = wrapped ? 'Fetches Gradle and resolves the dependencies.' : 'Resolves the dependencies.'
  return {
    image,
    because,
    settings: [
      setting('onCreateCommand', commandIn(look.at, command), `${what} ${BAKED}`, mark),
      ...inputs(look, read, 'they name the dependencies.'),
    ],
  }
}

async function versions(look: ProjectReader): Promise<VersionSource[]> {
  const number = (text: string): string => /(?:^|[^\d.])(\d{1,2}(?:\.\d+){0,2})/.exec(text)?.[1] ?? text
  const sdkman = /^java=(\S+)/m.exec((await look.text('.sdkmanrc')) ?? '')?.[1]
  return [
    ...(await versionFile(look, '.java-version')),
    ...(await toolVersions(look, 'java')),
    ...(sdkman === undefined ? [] : [{ from: look.path('.sdkmanrc'), text: sdkman }]),
  ].map(({ from, text }) => ({ from, text: number(text) }))
}

/** "1.8" is how Java 8 was written. */
const plain = (version: string): string => version.trim().replace(/^1\.(?=\d)/, '')

function inPom(from: string, pom: string): VersionSource[] {
  const names = [
    'maven.compiler.release',
    'java.version',
    'release',
    'maven.compiler.target',
    'maven.compiler.source',
  ]
  const found = names.flatMap((name) => elements(pom, name)).find((text) => /^(?:1\.)?\d{1,2}$/.test(text))
  return found === undefined ? [] : [{ from, text: plain(found) }]
}

function inGradle(from: string, text: string): VersionSource[] {
  const found =
    /JavaLanguageVersion\.of\(\s*["']?(\d{1,2})/.exec(text) ??
    /jvmToolchain\(\s*(\d{1,2})/.exec(text) ??
    /(?:source|target)Compatibility\s*=\s*(?:JavaVersion\.)?["']?(?:VERSION_)?((?:1[._])?\d{1,2})\b/.exec(
      text,
    )
  return found?.[1] === undefined ? [] : [{ from, text: plain(found[1].replace('_', '.')) }]
}

/** Of `group:name:version`, the names. */
const coordinates = (text: string): string[] =>
  [...text.matchAll(/["']([\w.-]{1,100}):([\w.-]{1,100})(?::[^"'\n]{1,100})?["']/g)].map(
    ([, , name = '']) => name,
  )

async function portOf(look: ProjectReader, text: string, from: string): Promise<Port | undefined> {
  const properties = 'src/main/resources/application.properties'
  const told = /^[ \t]*(?:server|quarkus\.http)\.port\s*=\s*(\d{2,5})\s*$/m.exec(
    (await look.text(properties)) ?? '',
  )
  const port = portIn(told?.[1])
  if (port) return { port, reason: `${look.path(properties)} serves there.`, from: look.path(properties) }
  if (/spring-boot-starter-web/.test(text)) return { port: 8080, reason: 'Where Spring Boot serves.', from }
  if (!/quarkus-(?:rest|resteasy|vertx-http)/.test(text)) return undefined
  const how = 'It listens on localhost only unless told otherwise: "-Dquarkus.http.host=0.0.0.0".'
  return { port: 8080, reason: `Where Quarkus serves. ${how}`, from }
}
