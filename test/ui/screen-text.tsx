import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {renderToString} from 'ink';
import {expect} from 'vitest';
import {type Glyphs, unicodeGlyphs} from '../../source/ui/glyphs.ts';
import {Screen} from '../../source/ui/screen.tsx';
import type {ScreenModel} from '../../source/ui/screen-model.ts';

/** The rows of a frame without their colours. */
export function screenRows(model: ScreenModel, glyphs: Glyphs = unicodeGlyphs): readonly string[] {
	const {columns} = model.layout.size;
	const frame = renderToString(<Screen model={model} glyphs={glyphs} />, {columns});
	return frame
		.replaceAll(/\u001b\[[\d;]*m/g, '')
		.split('\n')
		.map(row => row.trimEnd());
}

/** Compares a frame with `fixtures/screens/<name>.txt`; `UPDATE_SCREENS=1` writes the file instead. */
export async function expectScreen(name: string, model: ScreenModel, glyphs?: Glyphs): Promise<void> {
	const rows = screenRows(model, glyphs);
	expect(rows).toHaveLength(model.layout.size.rows);
	const file = path.join('fixtures', 'screens', `${name}.txt`);
	const text = `${rows.join('\n')}\n`;
	if (process.env.UPDATE_SCREENS) {
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, text);
	}

	expect(text).toBe(await readFile(file, 'utf8'));
}
