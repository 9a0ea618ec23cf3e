/**
 * `npm run docs:api [-- --check]`
 *
 * Writes the API reference, `docs/api/README.md` and `docs/api/testing.md`, from the types and docstrings of the two public
 * entries. Fails where anything of them has no docstring, a link leads nowhere, or an export is in no section; with
 * `--check` also where the files are not what would be written.
 *
 * TypeDoc needs the compiler's interface of TypeScript before 7, so it has its own beside it: a workspace of its own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Comment, CommentTag, Converter } from 'typedoc';
import { SECTIONS } from './sections.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Entries with the name that they are imported by, what TypeDoc calls their page, and what it is called here. */
const ENTRIES = [
  { source: 'src/index.ts', page: 'index.md', name: 'parallel-evm', file: 'README.md' },
  { source: 'src/testing/index.ts', page: 'testing.md', name: 'parallel-evm/testing', file: 'testing.md' },
];

const OPTIONS = {
  entryPoints: ENTRIES.map(({ source }) => join(ROOT, source)),
  tsconfig: join(ROOT, 'tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
  disableSources: true,
  disableGit: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  sort: ['kind', 'source-order'],
  kindSortOrder: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable'],
  categorizeByGroup: false,
  categoryOrder: [...SECTIONS.keys()],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true, invalidPath: false },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Method', 'Property', 'Accessor', 'Variable'],
  // Parts of return types, told of in the functions' own docstrings.
  intentionallyNotDocumented: [
    'testing.createFaultyEngine.__type.engine',
    'testing.createFaultyEngine.__type.faults',
    'index.chromeTrace.__type.displayTimeUnit',
    'index.chromeTrace.__type.traceEvents',
  ],
  outputFileStrategy: 'modules',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  hidePageTitle: true,
  useCodeBlocks: true,
  typePrintWidth: 110,
  expandObjects: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
  tableColumnSettings: { hideDefaults: true, hideInherited: true, hideOverrides: true, hideModifiers: true },
};

const sectionOf = new Map([...SECTIONS].flatMap(([section, names]) => names.map((name) => [name, section])));

/** Puts each export into its section. @param {any} project */
function divide(project) {
  const faults = [];
  for (const module of project.children) {
    for (const child of module.children) {
      const section = sectionOf.get(child.name);
      if (section === undefined) faults.push(`${child.name} is in no section of scripts/api/sections.mjs`);
      const commented = child.signatures?.[0] ?? child;
      commented.comment ??= new Comment();
      commented.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: section ?? '' }]));
    }
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** What GitHub makes of headings: one that is there already gets a number. */
function anchors() {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return (/** @type {string} */ heading) => {
    const plain = heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
    const count = seen.get(plain) ?? 0;
    seen.set(plain, count + 1);
    return count === 0 ? plain : `${plain}-${count}`;
  };
}

/** Each section's exports, with links. @param {string} content */
function indexOf(content) {
  const anchorOf = anchors();
  /** @type {{ title: string, links: string[] }[]} */
  const sections = [];
  for (const [, level = '', heading = ''] of content.matchAll(/^(#+) (.+)$/gm)) {
    const target = `(#${anchorOf(heading)})`;
    if (level === '##') sections.push({ title: `**[${heading}]${target}**`, links: [] });
    if (level === '###') sections.at(-1)?.links.push(`[\`${heading}\`]${target}`);
  }
  return sections.map(({ title, links }) => `* ${title}: ${links.join(', ')}`).join('\n');
}

/** Where each export is: file and heading. TypeDoc numbers headings in another way than GitHub. @param {string} content */
function placesIn(content) {
  const anchorOf = anchors();
  /** @type {[string, string][]} */
  const places = [];
  for (const [, level = '', heading = ''] of content.matchAll(/^(#+) (.+)$/gm)) {
    const anchor = anchorOf(heading);
    if (level === '###') places.push([heading.replace(/\(\)$/, ''), anchor]);
  }
  return new Map(places);
}

/** Docstrings link from the root of the repository. @param {string} content @param {Map<string, Map<string, string>>} places */
const relinked = (content, places) =>
  content
    .replaceAll(/\[`([^`]+)`\]\(([\w]+\.md)?#[^)]+\)/g, (link, name, page) => {
      const { file } = ENTRIES.find((entry) => entry.page === page) ?? { file: '' };
      const target = [...places].find(([own, names]) => (page === undefined || own === page) && names.has(name));
      return target ? `[\`${name}\`](${file}#${target[1].get(name)})` : link;
    })
    .replaceAll('](docs/', '](../')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

/** @param {{ name: string, source: string }} entry @param {string} content */
const pageOf = ({ name, source }, content) => `<!-- Written by \`npm run docs:api\` from ${source}. -->

# \`${name}\`

Lengths are in bytes, times in milliseconds, and amounts in wei where nothing else is said. Every error that is thrown is a
[\`ParallelEvmError\`](README.md#parallelevmerror); its [\`code\`](README.md#errorcode) stands under *Throws*.

${indexOf(content)}

${content}
`;

const out = mkdtempSync(join(tmpdir(), 'parallel-evm-api-'));
try {
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, outputs: [{ name: 'markdown', path: out }] });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => divide(context.project));
  const project = await app.convert();
  if (project === undefined) throw new Error('the sources do not compile');
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('the public interface is not documented well');
  await app.generateOutputs(project);
  const contents = new Map(ENTRIES.map(({ page }) => [page, readFileSync(join(out, page), 'utf8')]));
  const places = new Map([...contents].map(([page, content]) => [page, placesIn(content)]));
  for (const entry of ENTRIES) {
    const path = join(ROOT, 'docs/api', entry.file);
    const page = pageOf(entry, relinked(contents.get(entry.page) ?? '', places));
    if (!process.argv.includes('--check')) writeFileSync(path, page);
    else if (readFileSync(path, 'utf8') !== page) throw new Error(`docs/api/${entry.file} is stale: npm run docs:api`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
