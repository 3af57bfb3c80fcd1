import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "**/generated"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "browser/**/*.ts", "*.config.ts"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Types are `type`; `interface` is for adding to those of a library.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Handlers of React return nothing; a promise in them is fine, its failure is shown by the store it changes.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.tsx"],
    extends: [hooks.configs.flat.recommended, a11y.flatConfigs.strict],
  },
  { files: ["*.js", "scripts/**"], languageOptions: { globals: globals.node } },
);
