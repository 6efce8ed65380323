//! How the operations on custom fields work, for both kinds of fields, and the attributes that a
//! field shows. The operations themselves are in `api/user_fields.rs` and
//! `api/organization_fields.rs`, and what concerns options in `api/options.rs`.

mod options;
pub mod organization_fields;
pub(crate) mod passed_over;
mod unknown;
pub mod user_fields;

use crate::api::error::ApiError;
use crate::api::json::JsonObject;
use crate::api::operation::Operation;
use crate::api::page::{Page, Paging};
use crate::api::page_limits::PageLimits;
use crate::api::reply::{ApiResult, Reply};
use crate::api::request::ApiRequest;
use crate::base::field_value::FieldOption;
use crate::base::ids::RecordId;
use crate::base::open_question::OpenQuestion;
use crate::base::schema::{Key, Schema};
use crate::base::sequence::GivenOrder;
use crate::base::value::{AttributeValue as _, Expected, Shown, parse_integer};
use crate::resources::account::Account;
use crate::resources::handler::Handler;
use crate::resources::organizations::model::Organization;
use crate::resources::roles::Subject;
use crate::resources::shown::{Show, collection, serialize_alone, shown, url, write_derived};
use crate::resources::users::model::User;

use super::model::{CustomField, FieldChanges, FieldDerived, FieldType};
use super::model::{OrganizationField, UserField};
use super::rules::InAccount;
use super::violations;

pub(crate) const HANDLERS: &[(Operation, Handler)] = &[
    (organization_fields::LIST, list::<Organization>),
    (organization_fields::REORDER, reorder::<Organization>),
    (organization_fields::SHOW, show::<Organization>),
    (organization_fields::CREATE, create::<Organization>),
    (organization_fields::UPDATE, update::<Organization>),
    (organization_fields::DELETE, delete::<Organization>),
    (user_fields::LIST, list::<User>),
    (user_fields::SHOW_MANY, show_many::<User>),
    (user_fields::REORDER, reorder::<User>),
    (user_fields::SHOW, show::<User>),
    (user_fields::CREATE, create::<User>),
    (user_fields::UPDATE, update::<User>),
    (user_fields::DELETE, delete::<User>),
    (user_fields::LIST_OPTIONS, options::list::<User>),
    (user_fields::SHOW_OPTION, options::show::<User>),
    (user_fields::PUT_OPTION, options::put::<User>),
    (user_fields::DELETE_OPTION, options::delete::<User>),
];

const PAGES: PageLimits = PageLimits::up_to(100);

/// The position that the reply to a creation shows, wherever the field is.
const POSITION_OF_NEW: u64 = 9_999;

fn list<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let paging = Paging::read(request)?;
    request.authorize(account, Subject::Account)?;
    let (by_position, by_id) = O::fields(account).lists();
    let page = if request.answers.is_other(OpenQuestion::FieldsUnderCursor) {
        paging.page(&by_position)?
    } else {
        paging.page_of(&by_position, &by_id)?
    };
    Ok(collection::<CustomField<O>>(account, request, &page))
}

fn show_many<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let keys = request.query.list("keys");
    request.authorize(account, Subject::Account)?;
    let named = O::fields(account)
        .in_order()
        .filter(|field| keys.contains(&field.key.as_str()));
    let named = GivenOrder(named.map(|field| field.id.number()).collect());
    let page = Page::whole(&named);
    Ok(collection::<CustomField<O>>(account, request, &page))
}

fn show<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = named_field::<O>(account, request)?;
    request.authorize(account, Subject::Account)?;
    shown::<CustomField<O>>(account, request, id)
}

fn create<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = given_changes::<O>(request)?;
    request.authorize(account, Subject::Account)?;
    let id = account.create_field::<O>(changes)?;
    let field = O::fields(account).get(id).ok_or(ApiError::RecordNotFound)?;
    let body = JsonObject::new().object(O::ROOT, |object| {
        write_derived(
            object,
            account,
            request,
            field,
            |attribute| match attribute {
                FieldDerived::Position => Some(Shown::Integer(POSITION_OF_NEW)),
                attribute => field.derived_alone(attribute),
            },
        )
    });
    Ok(Reply::json(body).location(url::<CustomField<O>>(request, id)))
}

fn update<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let changes = given_changes::<O>(request)?;
    let id = existing_field::<O>(account, request)?;
    request.authorize(account, Subject::Account)?;
    account.update_field::<O>(id, changes)?;
    shown::<CustomField<O>>(account, request, id)
}

fn delete<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let id = existing_field::<O>(account, request)?;
    request.authorize(account, Subject::Account)?;
    account.delete_field::<O>(id)?;
    Ok(Reply::no_content())
}

fn reorder<O: InAccount>(account: &mut Account, request: &ApiRequest<'_>) -> ApiResult {
    let ids = request.numbers(O::IDS)?;
    request.authorize(account, Subject::Account)?;
    let ids: Vec<O::FieldId> = ids
        .into_iter()
        .filter_map(|id| O::FieldId::from_given(id).ok())
        .collect();
    account.reorder_fields::<O>(&ids);
    Ok(Reply::no_content())
}

/// Returns the field that the path names by its id or its key, which may be deleted if it is an id.
fn named_field<O: InAccount>(
    account: &Account,
    request: &ApiRequest<'_>,
) -> Result<O::FieldId, ApiError> {
    let text = request.path_text(0);
    // A key does not consist of digits alone.
    let field = match parse_integer(text) {
        Some(number) => {
            let id = u64::try_from(number).map(O::FieldId::from_number);
            id.ok().and_then(|id| O::fields(account).get(id))
        }
        None => O::fields(account).with_key(text),
    };
    field.map(|field| field.id).ok_or(ApiError::RecordNotFound)
}

/// Returns the field that the path names, unless it is deleted.
fn existing_field<O: InAccount>(
    account: &Account,
    request: &ApiRequest<'_>,
) -> Result<O::FieldId, ApiError> {
    let id = named_field::<O>(account, request)?;
    let field = O::fields(account).existing(id);
    field.map(|field| field.id).ok_or(ApiError::RecordNotFound)
}

/// Reads the field in a request. An unknown type is not a mistyped parameter, but breaks a rule.
fn given_changes<O: InAccount>(request: &ApiRequest<'_>) -> Result<FieldChanges, ApiError> {
    let root = request.root()?;
    let changes = root.changes::<CustomField<O>>();
    changes.map_err(|error| match error {
        ApiError::InvalidAttribute { name, .. } if name.ends_with("_field.type") => {
            match root.text("type") {
                Some(_) => ApiError::RecordInvalid(vec![violations::type_invalid()]),
                None => request.operation.invalid_attribute(&name, Expected::Text),
            }
        }
        error => error,
    })
}

impl<O: InAccount> Show for CustomField<O> {
    const ONE: &'static str = O::ROOT;
    const MANY: &'static str = O::PATH;

    fn find(account: &Account, id: O::FieldId) -> Option<&Self> {
        O::fields(account).get(id)
    }

    fn derived_key(name: &'static str, attribute: FieldDerived) -> Option<Key> {
        Some(match attribute {
            FieldDerived::RawTitle | FieldDerived::RawDescription => Key::new(name, Schema::Text),
            FieldDerived::Position => Key::new(name, Schema::Integer),
            // Only fields of some types have these.
            FieldDerived::Options => Key::optional(name, FieldOption::schema().list()),
            FieldDerived::Tag | FieldDerived::TargetType => {
                Key::optional(name, Schema::Text.or_null())
            }
            FieldDerived::TargetFilter => Key::optional(name, ANYTHING.schema()),
            FieldDerived::Deleted => return None,
        })
    }

    fn derived_alone(&self, attribute: FieldDerived) -> Option<Shown<'_>> {
        let is_of = |field_type: FieldType| self.field_type == field_type;
        match attribute {
            FieldDerived::RawTitle => Some(self.title.show()),
            FieldDerived::RawDescription => Some(self.description.show()),
            FieldDerived::Position => Some(self.position.show()),
            FieldDerived::Options => self.field_type.has_options().then(|| self.options.show()),
            FieldDerived::Tag => is_of(FieldType::Checkbox).then(|| self.tag.show()),
            FieldDerived::TargetType => {
                is_of(FieldType::Lookup).then(|| self.relationship_target_type.show())
            }
            FieldDerived::TargetFilter => is_of(FieldType::Lookup).then_some(ANYTHING),
            FieldDerived::Deleted => None,
        }
    }
}

/// The filter of a lookup that may name any record of its kind.
const ANYTHING: Shown<'_> = Shown::Hash(&[("all", Shown::Texts(&[])), ("any", Shown::Texts(&[]))]);

serialize_alone!(UserField);
serialize_alone!(OrganizationField);
