import {UserError} from '../domain/user-error.ts';
import {nearest} from './nearest.ts';
import {specError} from './spec-error.ts';
import {operationalKeys} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {type DataPath, readYaml, type YamlSource} from './yaml-source.ts';

type Override = {readonly label: string; readonly path: readonly string[]; readonly value: unknown};
type Map = {[key: string]: unknown};

/**
 * Lays `--set key.path=value` over a spec. Only operational keys: anything else would be another spec, which a
 * run cannot become without `--reinit-meta`.
 */
export function overrideSpec(yaml: YamlSource, sets: readonly string[]): SpecSource {
	const overrides = sets.map(parseOverride);
	const data = overrides.reduce(applyOverride, yaml.data);
	// A value is from the last flag that set it or something around it, or something inside it that the file lacks.
	const labelOf = (path: DataPath) =>
		overrides.findLast(
			override => startsWith(path, override.path) || (startsWith(override.path, path) && !yaml.has(path)),
		)?.label ?? null;
	return {
		data,
		where: (path, part = 'value') => labelOf(path) ?? yaml.where(yaml.offset(path, part)),
		rank: (path, part = 'value') => (labelOf(path) === null ? yaml.offset(path, part) : -1),
	};
}

function parseOverride(set: string): Override {
	const label = `--set ${set}`;
	const [key = '', ...rest] = set.split('=');
	const path = key.trim().split('.');
	const value = rest.join('=');
	if (rest.length === 0 || path.includes('') || path.includes('__proto__')) {
		throw specError(label, 'must have the form key.path=value', 'For example: --set rate.rpm=500');
	}

	const root = path[0]!;
	if (!(operationalKeys as readonly string[]).includes(root)) {
		throw specError(
			label,
			`\`${root}\` is not an operational key; the nearest is \`${nearest(root, operationalKeys)}\``,
			`Only ${operationalKeys.join(', ')} can be set for a session; change anything else in the spec.`,
		);
	}

	return {label, path, value: parseValue(value, label)};
}

function parseValue(value: string, label: string): unknown {
	try {
		return readYaml(value, label).data;
	} catch (error) {
		throw error instanceof UserError
			? specError(label, 'the value is not valid YAML', 'Quote it, or write it as on one line of a spec.')
			: error;
	}
}

function applyOverride(data: unknown, {path, value, label}: Override): unknown {
	const [step, ...rest] = path;
	if (step === undefined) {
		return value;
	}

	if (data !== null && data !== undefined && !isMap(data)) {
		throw specError(label, `\`${step}\` cannot be set inside a value that is not a map`, 'Shorten the path.');
	}

	const inner = applyOverride((data as Map | null | undefined)?.[step], {path: rest, value, label});
	return {...(data as Map | null | undefined), [step]: inner};
}

function startsWith(path: DataPath, start: DataPath): boolean {
	return start.every((step, depth) => path[depth] === step);
}

function isMap(value: unknown): value is Map {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
