import {isScalar, visit} from 'yaml';
import type {YamlSource} from './yaml-source.ts';

/**
 * Args that YAML reads as another number than they look like: `02139` is 2139, and an account number of 20
 * digits loses its last ones. Legal, and seldom meant.
 */
export function numberWarnings(yaml: YamlSource): readonly string[] {
	const args = yaml.node(['args']);
	const warnings: string[] = [];
	visit(args, (key, node) => {
		const isChanged =
			key !== 'key' &&
			isScalar(node) &&
			typeof node.value === 'number' &&
			node.source !== undefined &&
			String(node.value) !== node.source;
		if (isChanged) {
			warnings.push(
				`${yaml.where(node.range?.[0] ?? 0)}: ${node.source} is read as the number ${node.value}; quote it to keep it as written.`,
			);
		}
	});
	return warnings;
}
