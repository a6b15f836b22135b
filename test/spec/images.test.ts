import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {digestSpec} from '../../source/spec/digest-spec.ts';
import {inputFolder} from '../../source/spec/input-folder.ts';
import {parseManifest} from '../../source/spec/manifest.ts';
import {matchRequests} from '../../source/spec/match-requests.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {readSpec, readSpecCopy} from '../../source/spec/read-spec.ts';
import {jsonl, plain} from './requests-folder.ts';
import {folderWith, refusalOf, requestsOf, writeInputs} from './spec-folder.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
const gif = Buffer.from('GIF89a\x01\0\x01\0', 'latin1');
const webp = Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1');

const dataUrl = (type: string, bytes: Buffer) => `data:${type};base64,${bytes.toString('base64')}`;

const show = (url: string) => `model: gpt-4o
prompts:
  messages:
    - role: user
      content: [{type: text, text: 'What is {{what}}?'}, {type: image_url, image_url: {url: '${url}', detail: low}}]
`;

test.each([
	['a.png', png, 'image/png'],
	['a.jpg', jpeg, 'image/jpeg'],
	['a.gif', gif, 'image/gif'],
	['a.webp', webp, 'image/webp'],
	['photo.jpeg', png, 'image/png'],
])('%s goes out as base64, its type as its bytes say', async (name, bytes, type) => {
	const files = {'spec.yaml': `${show(name)}args: {what: it}\n`, [name]: bytes};
	const [request] = await requestsOf(files);
	expect(request!.body.messages).toEqual([
		{
			role: 'user',
			content: [
				{type: 'text', text: 'What is it?'},
				{type: 'image_url', image_url: {url: dataUrl(type, bytes), detail: 'low'}},
			],
		},
	]);
	// A row of the results names the image and does not repeat it.
	expect(JSON.stringify(request!.asked)).toContain(`"url":"${name}"`);
});

test('a path from the rows, also in the media folder of prompto; addresses and data stay as they are', async () => {
	const urls = ['a.png', 'pictures/b.gif', 'c.jpg', 'https://example.com/x.png', dataUrl('image/png', png)];
	const requests = await requestsOf({
		'spec.yaml': `${show('{{file}}')}args: {file: input/rows.jsonl}\n`,
		'input/rows.jsonl': jsonl(urls.map(file => ({file, what: 'it'}))),
		'input/a.png': png,
		'media/pictures/b.gif': gif,
		'c.jpg': jpeg,
	});
	const sent = requests.map(({body}) => JSON.stringify(body.messages));
	expect(sent[0]).toContain(dataUrl('image/png', png));
	expect(sent[1]).toContain(dataUrl('image/gif', gif));
	expect(sent[2]).toContain(dataUrl('image/jpeg', jpeg));
	expect(sent[3]).toContain('"https://example.com/x.png"');
	expect(sent[4]).toContain(dataUrl('image/png', png));
	expect(requests[1]!.asked).toMatchObject({messages_args: {file: 'pictures/b.gif', what: 'it'}});
});

test('of the responses endpoint, and of a prompto row', async () => {
	const [response] = await requestsOf({
		'spec.yaml':
			'model: gpt-4o\nendpoint: responses\nprompts:\n  messages: [{role: user, content: [{type: input_image, image_url: a.png}]}]\n',
		'a.png': png,
	});
	expect(JSON.stringify(response!.body.input)).toContain(`"image_url":"${dataUrl('image/png', png)}"`);
	const [row] = await requestsOf({
		'spec.yaml': 'requests: {file: rows.jsonl}\n',
		'rows.jsonl': jsonl([
			{...plain, prompt: [{role: 'user', content: ['Look', {type: 'image', media: 'a.png'}]}]},
		]),
		'media/a.png': png,
	});
	expect(JSON.stringify(row!.body.messages)).toContain(`"url":"${dataUrl('image/png', png)}"`);
});

describe('the run has its own copy', () => {
	async function runOf(files: {readonly [name: string]: string | Buffer}) {
		const folder = folderWith(files);
		const specPath = path.join(folder, 'spec.yaml');
		const spec = await readSpec(specPath);
		const copies = folderWith({});
		let manifest = '';
		await writeInputs(spec, copies);
		manifest = (await import('node:fs')).readFileSync(path.join(copies, 'manifest.json'), 'utf8');
		return {folder, specPath, spec, copies, manifest: parseManifest(manifest)};
	}

	test('which a changed or lost original does not touch, and a changed one is a change', async () => {
		const files = {'spec.yaml': `${show('a.png')}args: [{what: it}, {what: that}]\n`, 'a.png': png};
		const {folder, specPath, spec, copies, manifest} = await runOf(files);
		const before = await digestSpec(spec, manifest);
		expect((await digestSpec(await readSpec(specPath), manifest)).digest).toBe(before.digest);
		writeFileSync(path.join(folder, 'a.png'), jpeg);
		const after = await digestSpec(await readSpec(specPath), manifest);
		expect(after.digest).not.toBe(before.digest);
		expect(after.files.map(({name}) => name)).toEqual(['a.png']);

		const copy = await readSpecCopy(copies);
		expect((await digestSpec(copy, manifest)).digest).toBe(before.digest);
		const source = openRequests(copy, inputFolder(copies));
		expect(JSON.stringify(source.expand(1).body)).toContain(dataUrl('image/png', png));

		// Accepted, the change asks anew where the other image is shown.
		const next = await runOf({...files, 'a.png': jpeg});
		const nextSource = openRequests(next.spec, inputFolder(next.copies));
		expect(matchRequests({spec: copy, source}, {spec: next.spec, source: nextSource})).toEqual([]);
		const same = openRequests(spec, inputFolder(copies));
		expect(matchRequests({spec: copy, source}, {spec, source: same})).toEqual([[0, 0, 2]]);
		for (const opened of [source, nextSource, same]) {
			opened.close();
		}
	});
});

describe('refused, with the place', () => {
	const rows = (url: string) => ({
		'spec.yaml': `${show('{{file}}')}args: {file: rows.csv}\n`,
		'rows.csv': `file,what\nok.png,it\n${url},it\n`,
		'ok.png': png,
	});

	test('an image that is missing', async () => {
		expect(await refusalOf(rows('no.png'))).toContain('rows.csv:3: there is no image no.png.');
		expect(await refusalOf({'spec.yaml': `${show('no.png')}args: {what: it}\n`})).toMatch(
			/spec\.yaml:3:3: there is no image no\.png\./,
		);
		expect(
			await refusalOf({
				'spec.yaml': 'requests: {file: rows.jsonl}\n',
				'rows.jsonl': jsonl([
					plain,
					{...plain, prompt: [{role: 'user', content: [{type: 'image', media: 'no.png'}]}]},
				]),
			}),
		).toContain('rows.jsonl:2: there is no image no.png.');
	});

	test('one that is too large, and what is none', async () => {
		const large = Buffer.concat([png, Buffer.alloc(20_000_001)]);
		expect(await refusalOf({...rows('large.png'), 'large.png': large})).toContain(
			'rows.csv:3: the image large.png has 21 MB, more than the 20 MB that one may have.',
		);
		expect(await refusalOf({...rows('a.png'), 'a.png': 'not an image'})).toContain(
			'rows.csv:3: a.png is no image of a known kind.',
		);
		expect(await refusalOf({...rows('folder'), 'folder/x': ''})).toContain('there is no image folder.');
	});
});

test.each([
	['of another machine', 'file://elsewhere/a.png'],
	['with a NUL', 'a\\0b.png'],
	['with an escape that is none', 'file:///%zz.png'],
	['that is too long', `${'a'.repeat(5000)}.png`],
	['that leads through a file', 'a.png/b.png'],
])('a name %s is no image, and no bug', async (_, name) => {
	const spec = `${show('{{file}}')}args: [{what: it, file: "${name}"}]\n`;
	const refusal = await refusalOf({'spec.yaml': spec, 'a.png': png});
	expect(refusal).toMatch(/^spec\.yaml:6:\d+: there is no image /);
});
