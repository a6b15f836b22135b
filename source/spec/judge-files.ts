import type {Named} from './named-file.ts';
import type {SpecInput} from './spec-schema.ts';
import type {DataPath} from './yaml-source.ts';

/** A template that lies in a file of its own, and not in the spec. */
export function isTemplateFile(text: string): boolean {
	return /^[^\n{}]+\.(txt|md)$/i.test(text);
}

/** Judges that lie in a file, as prompto has them. */
export function isSettingsFile(text: string): boolean {
	return /\.json$/i.test(text);
}

export function judgeFiles({judge, rephrase}: SpecInput): readonly Named[] {
	const words = [
		...placed(rephrase?.models ?? [], ['rephrase', 'models']).filter(({name}) => isSettingsFile(name)),
		...placed(rephrase?.templates ?? [], ['rephrase', 'templates']).filter(({name}) => isTemplateFile(name)),
	];
	if (judge === undefined) {
		return words;
	}

	const {judges, templates} = judge;
	return [
		...words,
		...placed(judges, ['judge', 'judges']).filter(({name}) => isSettingsFile(name)),
		...placed(templates, ['judge', 'templates']).filter(({name}) => isTemplateFile(name)),
	];
}

/** The texts of a text, a list or a dict, each with its place. */
function placed(written: unknown, path: DataPath): readonly Named[] {
	const entries: readonly (readonly [DataPath, unknown])[] =
		typeof written === 'string'
			? [[path, written]]
			: Object.entries(written as object).map(([key, value]) => [
					[...path, Array.isArray(written) ? Number(key) : key],
					value,
				]);
	return entries.flatMap(([place, value]) =>
		typeof value === 'string' ? [{name: value, path: place, holdsRows: false}] : [],
	);
}
