/* Generated from schemas/ by `npm run generate`. Do not edit. */
"use strict";
export const validateMetadata = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,"required":["version","servers"],"properties":{"version":{"type":"string","enum":["v1"]},"servers":{"type":"array","items":{"$ref":"#/definitions/PlatformServer"}}},"definitions":{"PlatformServer":{"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be a DNS label: lower-case letters, digits and '-', beginning with a letter, at most 63 characters"},"image":{"type":"string","pattern":"^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$","patternErrorMessage":"must be the name of an image, such as registry.example.com/team/app"},"imageTag":{"type":"string","pattern":"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$","patternErrorMessage":"must be a tag: letters, digits, '_', '.' and '-', at most 128 characters"},"imageId":{"type":"string","pattern":"^sha256:[0-9a-f]{64}$","patternErrorMessage":"must be the id of an image: sha256: and 64 hexadecimal digits"},"route":{"type":"string","pattern":"^[A-Za-z0-9._~%/-]+$","patternErrorMessage":"must be a path, such as /my-server/mcp"},"namespace":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be the name of a namespace: lower-case letters, digits and '-', at most 63 characters"},"port":{"type":"integer","minimum":1,"maximum":65535},"servicePort":{"type":"integer","minimum":1,"maximum":65535},"replicas":{"type":"integer","minimum":0,"maximum":1000},"resources":{"type":"object","additionalProperties":false,"properties":{"requests":{"type":"object","additionalProperties":false,"properties":{"cpu":{"$ref":"#/definitions/Cpu"},"memory":{"$ref":"#/definitions/Memory"}}},"limits":{"type":"object","additionalProperties":false,"properties":{"cpu":{"$ref":"#/definitions/Cpu"},"memory":{"$ref":"#/definitions/Memory"}}}}},"envVars":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["name","value"],"properties":{"name":{"type":"string","pattern":"^[-._A-Za-z][-._A-Za-z0-9]*$","patternErrorMessage":"must be the name of a variable: letters, digits, '_', '-' and '.'"},"value":{"type":"string"}}}},"ingressHost":{"type":"string","pattern":"^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$","patternErrorMessage":"must be a host name in lower case"},"allowAnyHost":{"type":"boolean"},"ingressClass":{"type":"string","pattern":"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$","patternErrorMessage":"must be the name of an IngressClass"},"ingressAnnotations":{"type":"object","additionalProperties":{"type":"string"}},"runAsNonRoot":{"type":"boolean"},"registryOverride":{"type":"string","pattern":"^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$","patternErrorMessage":"must be a registry, such as registry.example.com"},"useProvisionedRegistry":{"type":"boolean"},"imagePullSecrets":{"type":"array","items":{"type":"string","pattern":"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$","patternErrorMessage":"must be the name of a Secret"}}}},"Cpu":{"type":["string","number"],"minimum":0,"pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$","patternErrorMessage":"must be a quantity, such as 500m, 2, 256Mi or 1Gi"},"Memory":{"type":["string","number"],"minimum":0,"pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$","patternErrorMessage":"must be a quantity, such as 500m, 2, 256Mi or 1Gi"}}};
const schema12 = {"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be a DNS label: lower-case letters, digits and '-', beginning with a letter, at most 63 characters"},"image":{"type":"string","pattern":"^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$","patternErrorMessage":"must be the name of an image, such as registry.example.com/team/app"},"imageTag":{"type":"string","pattern":"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$","patternErrorMessage":"must be a tag: letters, digits, '_', '.' and '-', at most 128 characters"},"imageId":{"type":"string","pattern":"^sha256:[0-9a-f]{64}$","patternErrorMessage":"must be the id of an image: sha256: and 64 hexadecimal digits"},"route":{"type":"string","pattern":"^[A-Za-z0-9._~%/-]+$","patternErrorMessage":"must be a path, such as /my-server/mcp"},"namespace":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","patternErrorMessage":"must be the name of a namespace: lower-case letters, digits and '-', at most 63 characters"},"port":{"type":"integer","minimum":1,"maximum":65535},"servicePort":{"type":"integer","minimum":1,"maximum":65535},"replicas":{"type":"integer","minimum":0,"maximum":1000},"resources":{"type":"object","additionalProperties":false,"properties":{"requests":{"type":"object","additionalProperties":false,"properties":{"cpu":{"$ref":"#/definitions/Cpu"},"memory":{"$ref":"#/definitions/Memory"}}},"limits":{"type":"object","additionalProperties":false,"properties":{"cpu":{"$ref":"#/definitions/Cpu"},"memory":{"$ref":"#/definitions/Memory"}}}}},"envVars":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["name","value"],"properties":{"name":{"type":"string","pattern":"^[-._A-Za-z][-._A-Za-z0-9]*$","patternErrorMessage":"must be the name of a variable: letters, digits, '_', '-' and '.'"},"value":{"type":"string"}}}},"ingressHost":{"type":"string","pattern":"^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$","patternErrorMessage":"must be a host name in lower case"},"allowAnyHost":{"type":"boolean"},"ingressClass":{"type":"string","pattern":"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$","patternErrorMessage":"must be the name of an IngressClass"},"ingressAnnotations":{"type":"object","additionalProperties":{"type":"string"}},"runAsNonRoot":{"type":"boolean"},"registryOverride":{"type":"string","pattern":"^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$","patternErrorMessage":"must be a registry, such as registry.example.com"},"useProvisionedRegistry":{"type":"boolean"},"imagePullSecrets":{"type":"array","items":{"type":"string","pattern":"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$","patternErrorMessage":"must be the name of a Secret"}}}};
const schema13 = {"type":["string","number"],"minimum":0,"pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$","patternErrorMessage":"must be a quantity, such as 500m, 2, 256Mi or 1Gi"};
const schema14 = {"type":["string","number"],"minimum":0,"pattern":"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$","patternErrorMessage":"must be a quantity, such as 500m, 2, 256Mi or 1Gi"};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const pattern1 = new RegExp("^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$", "u");
const pattern2 = new RegExp("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", "u");
const pattern3 = new RegExp("^sha256:[0-9a-f]{64}$", "u");
const pattern4 = new RegExp("^[A-Za-z0-9._~%/-]+$", "u");
const pattern5 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const pattern6 = new RegExp("^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$", "u");
const pattern10 = new RegExp("^[-._A-Za-z][-._A-Za-z0-9]*$", "u");
const pattern11 = new RegExp("^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "u");
const pattern12 = new RegExp("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", "u");
const pattern13 = new RegExp("^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$", "u");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern0.test(data0)){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema12.properties.name,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.name.type,parentSchema:schema12.properties.name,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.image !== undefined){
let data1 = data.image;
if(typeof data1 === "string"){
if(!pattern1.test(data1)){
const err4 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/pattern",keyword:"pattern",params:{pattern: "^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$"},message:"must match pattern \""+"^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$"+"\"",schema:"^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$",parentSchema:schema12.properties.image,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/image",schemaPath:"#/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.image.type,parentSchema:schema12.properties.image,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.imageTag !== undefined){
let data2 = data.imageTag;
if(typeof data2 === "string"){
if(!pattern2.test(data2)){
const err6 = {instancePath:instancePath+"/imageTag",schemaPath:"#/properties/imageTag/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"},message:"must match pattern \""+"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"+"\"",schema:"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$",parentSchema:schema12.properties.imageTag,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/imageTag",schemaPath:"#/properties/imageTag/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.imageTag.type,parentSchema:schema12.properties.imageTag,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.imageId !== undefined){
let data3 = data.imageId;
if(typeof data3 === "string"){
if(!pattern3.test(data3)){
const err8 = {instancePath:instancePath+"/imageId",schemaPath:"#/properties/imageId/pattern",keyword:"pattern",params:{pattern: "^sha256:[0-9a-f]{64}$"},message:"must match pattern \""+"^sha256:[0-9a-f]{64}$"+"\"",schema:"^sha256:[0-9a-f]{64}$",parentSchema:schema12.properties.imageId,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/imageId",schemaPath:"#/properties/imageId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.imageId.type,parentSchema:schema12.properties.imageId,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.route !== undefined){
let data4 = data.route;
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
const err10 = {instancePath:instancePath+"/route",schemaPath:"#/properties/route/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9._~%/-]+$"},message:"must match pattern \""+"^[A-Za-z0-9._~%/-]+$"+"\"",schema:"^[A-Za-z0-9._~%/-]+$",parentSchema:schema12.properties.route,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/route",schemaPath:"#/properties/route/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.route.type,parentSchema:schema12.properties.route,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.namespace !== undefined){
let data5 = data.namespace;
if(typeof data5 === "string"){
if(!pattern5.test(data5)){
const err12 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema12.properties.namespace,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.namespace.type,parentSchema:schema12.properties.namespace,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.port !== undefined){
let data6 = data.port;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err14 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema12.properties.port.type,parentSchema:schema12.properties.port,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 65535 || isNaN(data6)){
const err15 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema12.properties.port,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err16 = {instancePath:instancePath+"/port",schemaPath:"#/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema12.properties.port,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data.servicePort !== undefined){
let data7 = data.servicePort;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err17 = {instancePath:instancePath+"/servicePort",schemaPath:"#/properties/servicePort/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema12.properties.servicePort.type,parentSchema:schema12.properties.servicePort,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 65535 || isNaN(data7)){
const err18 = {instancePath:instancePath+"/servicePort",schemaPath:"#/properties/servicePort/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema12.properties.servicePort,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err19 = {instancePath:instancePath+"/servicePort",schemaPath:"#/properties/servicePort/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema12.properties.servicePort,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
if(data.replicas !== undefined){
let data8 = data.replicas;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err20 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema12.properties.replicas.type,parentSchema:schema12.properties.replicas,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000 || isNaN(data8)){
const err21 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema12.properties.replicas,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data8 < 0 || isNaN(data8)){
const err22 = {instancePath:instancePath+"/replicas",schemaPath:"#/properties/replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema12.properties.replicas,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
if(data.resources !== undefined){
let data9 = data.resources;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key1 in data9){
if(!((key1 === "requests") || (key1 === "limits"))){
const err23 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.resources,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data9.requests !== undefined){
let data10 = data9.requests;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key2 in data10){
if(!((key2 === "cpu") || (key2 === "memory"))){
const err24 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/properties/resources/properties/requests/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.resources.properties.requests,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data10.cpu !== undefined){
let data11 = data10.cpu;
if((typeof data11 !== "string") && (!((typeof data11 == "number") && (isFinite(data11))))){
const err25 = {instancePath:instancePath+"/resources/requests/cpu",schemaPath:"#/definitions/Cpu/type",keyword:"type",params:{type: schema13.type},message:"must be string,number",schema:schema13.type,parentSchema:schema13,data:data11};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 < 0 || isNaN(data11)){
const err26 = {instancePath:instancePath+"/resources/requests/cpu",schemaPath:"#/definitions/Cpu/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(typeof data11 === "string"){
if(!pattern6.test(data11)){
const err27 = {instancePath:instancePath+"/resources/requests/cpu",schemaPath:"#/definitions/Cpu/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"},message:"must match pattern \""+"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"+"\"",schema:"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$",parentSchema:schema13,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
if(data10.memory !== undefined){
let data12 = data10.memory;
if((typeof data12 !== "string") && (!((typeof data12 == "number") && (isFinite(data12))))){
const err28 = {instancePath:instancePath+"/resources/requests/memory",schemaPath:"#/definitions/Memory/type",keyword:"type",params:{type: schema14.type},message:"must be string,number",schema:schema14.type,parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 < 0 || isNaN(data12)){
const err29 = {instancePath:instancePath+"/resources/requests/memory",schemaPath:"#/definitions/Memory/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(typeof data12 === "string"){
if(!pattern6.test(data12)){
const err30 = {instancePath:instancePath+"/resources/requests/memory",schemaPath:"#/definitions/Memory/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"},message:"must match pattern \""+"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"+"\"",schema:"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$",parentSchema:schema14,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
}
else {
const err31 = {instancePath:instancePath+"/resources/requests",schemaPath:"#/properties/resources/properties/requests/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.resources.properties.requests.type,parentSchema:schema12.properties.resources.properties.requests,data:data10};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data9.limits !== undefined){
let data13 = data9.limits;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
for(const key3 in data13){
if(!((key3 === "cpu") || (key3 === "memory"))){
const err32 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/properties/resources/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.resources.properties.limits,data:data13};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data13.cpu !== undefined){
let data14 = data13.cpu;
if((typeof data14 !== "string") && (!((typeof data14 == "number") && (isFinite(data14))))){
const err33 = {instancePath:instancePath+"/resources/limits/cpu",schemaPath:"#/definitions/Cpu/type",keyword:"type",params:{type: schema13.type},message:"must be string,number",schema:schema13.type,parentSchema:schema13,data:data14};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 < 0 || isNaN(data14)){
const err34 = {instancePath:instancePath+"/resources/limits/cpu",schemaPath:"#/definitions/Cpu/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema13,data:data14};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(typeof data14 === "string"){
if(!pattern6.test(data14)){
const err35 = {instancePath:instancePath+"/resources/limits/cpu",schemaPath:"#/definitions/Cpu/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"},message:"must match pattern \""+"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"+"\"",schema:"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$",parentSchema:schema13,data:data14};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
if(data13.memory !== undefined){
let data15 = data13.memory;
if((typeof data15 !== "string") && (!((typeof data15 == "number") && (isFinite(data15))))){
const err36 = {instancePath:instancePath+"/resources/limits/memory",schemaPath:"#/definitions/Memory/type",keyword:"type",params:{type: schema14.type},message:"must be string,number",schema:schema14.type,parentSchema:schema14,data:data15};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 < 0 || isNaN(data15)){
const err37 = {instancePath:instancePath+"/resources/limits/memory",schemaPath:"#/definitions/Memory/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema14,data:data15};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(typeof data15 === "string"){
if(!pattern6.test(data15)){
const err38 = {instancePath:instancePath+"/resources/limits/memory",schemaPath:"#/definitions/Memory/pattern",keyword:"pattern",params:{pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"},message:"must match pattern \""+"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$"+"\"",schema:"^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$",parentSchema:schema14,data:data15};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
}
else {
const err39 = {instancePath:instancePath+"/resources/limits",schemaPath:"#/properties/resources/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.resources.properties.limits.type,parentSchema:schema12.properties.resources.properties.limits,data:data13};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/resources",schemaPath:"#/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.resources.type,parentSchema:schema12.properties.resources,data:data9};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data.envVars !== undefined){
let data16 = data.envVars;
if(Array.isArray(data16)){
const len0 = data16.length;
for(let i0=0; i0<len0; i0++){
let data17 = data16[i0];
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(data17.name === undefined){
const err41 = {instancePath:instancePath+"/envVars/" + i0,schemaPath:"#/properties/envVars/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema12.properties.envVars.items.required,parentSchema:schema12.properties.envVars.items,data:data17};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data17.value === undefined){
const err42 = {instancePath:instancePath+"/envVars/" + i0,schemaPath:"#/properties/envVars/items/required",keyword:"required",params:{missingProperty: "value"},message:"must have required property '"+"value"+"'",schema:schema12.properties.envVars.items.required,parentSchema:schema12.properties.envVars.items,data:data17};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
for(const key4 in data17){
if(!((key4 === "name") || (key4 === "value"))){
const err43 = {instancePath:instancePath+"/envVars/" + i0,schemaPath:"#/properties/envVars/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.envVars.items,data:data17};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data17.name !== undefined){
let data18 = data17.name;
if(typeof data18 === "string"){
if(!pattern10.test(data18)){
const err44 = {instancePath:instancePath+"/envVars/" + i0+"/name",schemaPath:"#/properties/envVars/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[-._A-Za-z][-._A-Za-z0-9]*$"},message:"must match pattern \""+"^[-._A-Za-z][-._A-Za-z0-9]*$"+"\"",schema:"^[-._A-Za-z][-._A-Za-z0-9]*$",parentSchema:schema12.properties.envVars.items.properties.name,data:data18};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/envVars/" + i0+"/name",schemaPath:"#/properties/envVars/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.envVars.items.properties.name.type,parentSchema:schema12.properties.envVars.items.properties.name,data:data18};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data17.value !== undefined){
let data19 = data17.value;
if(typeof data19 !== "string"){
const err46 = {instancePath:instancePath+"/envVars/" + i0+"/value",schemaPath:"#/properties/envVars/items/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.envVars.items.properties.value.type,parentSchema:schema12.properties.envVars.items.properties.value,data:data19};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath:instancePath+"/envVars/" + i0,schemaPath:"#/properties/envVars/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.envVars.items.type,parentSchema:schema12.properties.envVars.items,data:data17};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath:instancePath+"/envVars",schemaPath:"#/properties/envVars/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.envVars.type,parentSchema:schema12.properties.envVars,data:data16};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
if(data.ingressHost !== undefined){
let data20 = data.ingressHost;
if(typeof data20 === "string"){
if(!pattern11.test(data20)){
const err49 = {instancePath:instancePath+"/ingressHost",schemaPath:"#/properties/ingressHost/pattern",keyword:"pattern",params:{pattern: "^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"},message:"must match pattern \""+"^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"+"\"",schema:"^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",parentSchema:schema12.properties.ingressHost,data:data20};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/ingressHost",schemaPath:"#/properties/ingressHost/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.ingressHost.type,parentSchema:schema12.properties.ingressHost,data:data20};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data.allowAnyHost !== undefined){
let data21 = data.allowAnyHost;
if(typeof data21 !== "boolean"){
const err51 = {instancePath:instancePath+"/allowAnyHost",schemaPath:"#/properties/allowAnyHost/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.allowAnyHost.type,parentSchema:schema12.properties.allowAnyHost,data:data21};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.ingressClass !== undefined){
let data22 = data.ingressClass;
if(typeof data22 === "string"){
if(!pattern12.test(data22)){
const err52 = {instancePath:instancePath+"/ingressClass",schemaPath:"#/properties/ingressClass/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",parentSchema:schema12.properties.ingressClass,data:data22};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/ingressClass",schemaPath:"#/properties/ingressClass/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.ingressClass.type,parentSchema:schema12.properties.ingressClass,data:data22};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.ingressAnnotations !== undefined){
let data23 = data.ingressAnnotations;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
for(const key5 in data23){
let data24 = data23[key5];
if(typeof data24 !== "string"){
const err54 = {instancePath:instancePath+"/ingressAnnotations/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/ingressAnnotations/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.ingressAnnotations.additionalProperties.type,parentSchema:schema12.properties.ingressAnnotations.additionalProperties,data:data24};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/ingressAnnotations",schemaPath:"#/properties/ingressAnnotations/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.ingressAnnotations.type,parentSchema:schema12.properties.ingressAnnotations,data:data23};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data.runAsNonRoot !== undefined){
let data25 = data.runAsNonRoot;
if(typeof data25 !== "boolean"){
const err56 = {instancePath:instancePath+"/runAsNonRoot",schemaPath:"#/properties/runAsNonRoot/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.runAsNonRoot.type,parentSchema:schema12.properties.runAsNonRoot,data:data25};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data.registryOverride !== undefined){
let data26 = data.registryOverride;
if(typeof data26 === "string"){
if(!pattern13.test(data26)){
const err57 = {instancePath:instancePath+"/registryOverride",schemaPath:"#/properties/registryOverride/pattern",keyword:"pattern",params:{pattern: "^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$"},message:"must match pattern \""+"^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$"+"\"",schema:"^[a-zA-Z0-9][a-zA-Z0-9._:/-]*$",parentSchema:schema12.properties.registryOverride,data:data26};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/registryOverride",schemaPath:"#/properties/registryOverride/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.registryOverride.type,parentSchema:schema12.properties.registryOverride,data:data26};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data.useProvisionedRegistry !== undefined){
let data27 = data.useProvisionedRegistry;
if(typeof data27 !== "boolean"){
const err59 = {instancePath:instancePath+"/useProvisionedRegistry",schemaPath:"#/properties/useProvisionedRegistry/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.useProvisionedRegistry.type,parentSchema:schema12.properties.useProvisionedRegistry,data:data27};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data.imagePullSecrets !== undefined){
let data28 = data.imagePullSecrets;
if(Array.isArray(data28)){
const len1 = data28.length;
for(let i1=0; i1<len1; i1++){
let data29 = data28[i1];
if(typeof data29 === "string"){
if(!pattern12.test(data29)){
const err60 = {instancePath:instancePath+"/imagePullSecrets/" + i1,schemaPath:"#/properties/imagePullSecrets/items/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",parentSchema:schema12.properties.imagePullSecrets.items,data:data29};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
else {
const err61 = {instancePath:instancePath+"/imagePullSecrets/" + i1,schemaPath:"#/properties/imagePullSecrets/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema12.properties.imagePullSecrets.items.type,parentSchema:schema12.properties.imagePullSecrets.items,data:data29};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
}
else {
const err62 = {instancePath:instancePath+"/imagePullSecrets",schemaPath:"#/properties/imagePullSecrets/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.imagePullSecrets.type,parentSchema:schema12.properties.imagePullSecrets,data:data28};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.version === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.servers === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "servers"},message:"must have required property '"+"servers"+"'",schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "version") || (key0 === "servers"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.version !== undefined){
let data0 = data.version;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.version.type,parentSchema:schema11.properties.version,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(!(data0 === "v1")){
const err4 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/enum",keyword:"enum",params:{allowedValues: schema11.properties.version.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.version.enum,parentSchema:schema11.properties.version,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.servers !== undefined){
let data1 = data.servers;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate11(data1[i0], {instancePath:instancePath+"/servers/" + i0,parentData:data1,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath:instancePath+"/servers",schemaPath:"#/properties/servers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.servers.type,parentSchema:schema11.properties.servers,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}
