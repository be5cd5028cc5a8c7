package queue

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// The reference is wrong the day it is forgotten, so its example is imported
// and its keys are counted.
func TestMallFileReference_importsAndNamesEveryKey(t *testing.T) {
	doc, err := os.ReadFile("../docs/mall-file.md")
	if err != nil {
		t.Fatal(err)
	}
	var example strings.Builder
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(doc), -1) {
		example.WriteString(block[1])
	}
	if _, err := ParseMall([]byte(example.String())); err != nil {
		t.Errorf("the example: %v", err)
	}
	var walk func(v reflect.Type)
	walk = func(v reflect.Type) {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return
		}
		for i := range v.NumField() {
			if name, _ := yamlName(v.Field(i)); !regexp.MustCompile(`\b` + name + `\b`).Match(doc) {
				t.Errorf("%s of %s is not in the reference", name, v.Name())
			}
			walk(v.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[Mall]())
}
